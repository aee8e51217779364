import type { AddressInfo } from "node:net";
import axe from "axe-core";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { aConsole, anAttempt } from "../../dashboard/test/a-console.ts";
import { PASSWORD } from "../../dashboard/test/a-dashboard.ts";
import { openBrowser } from "../src/open-browser.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser(process.env["CHROMIUM_PATH"]);
});
afterAll(() => browser.close());

/** A console with a paused account and some events, served at an address. */
async function aServedConsole() {
  const served = await aConsole({ sandbox: true });
  const account = await served.account({ name: "Casa Aurora" });
  await served.accounts.pause(account, "meta_token_invalid", new Date());
  const rejected = await served.stored({
    accountId: account.id,
    status: "rejected",
    reason: "meta_click_unknown",
    endedAt: new Date(),
    attempts: [anAttempt()],
  });
  const unknown = await served.stored({ accountId: account.id, status: "outcome_unknown", reason: "no_clear_answer" });
  await served.stored({ accountId: account.id, status: "held", reason: "meta_token_invalid" });
  await served.audit.append({ at: new Date(), who: "ana", action: "account_paused", subject: account.id, detail: "" });
  await served.count();
  await served.app.listen({ host: "127.0.0.1", port: 0 });
  const { port } = served.app.server.address() as AddressInfo;
  return { ...served, account, rejected, unknown, url: `http://127.0.0.1:${port}` };
}

/** A person's browser, logged in; `complaints` are what it could not load or was not allowed to do. */
async function logIn(url: string, options: BrowserContextOptions = {}) {
  const context = await browser.newContext({ locale: "de-DE", timezoneId: "Asia/Jakarta", ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  await page.goto(`${url}/login`);
  await page.getByLabel("Name").fill("ana");
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Log in" }).click();
  await page.getByRole("heading", { name: "Overview" }).waitFor();
  return { page, context, complaints };
}

const pagesOf = ({ rejected, unknown }: Awaited<ReturnType<typeof aServedConsole>>) => [
  "/",
  "/?period=30d",
  "/events?status=rejected",
  `/events/${rejected.id}`,
  `/events/${rejected.id}/retry`,
  `/events/${unknown.id}/resolve`,
  "/bulk-retry/plan?status=rejected",
  "/destinations",
  "/audit",
];

describe("the console", () => {
  test("leads from what is broken to the repair in two clicks and a confirmation", async () => {
    const served = await aServedConsole();
    const { page } = await logIn(served.url);
    await page.getByRole("link", { name: "Go to Casa Aurora" }).click();
    await page.getByRole("link", { name: "Resume" }).click();
    await page.getByRole("button", { name: "Resume the account" }).click();
    await page.getByText("It is resumed.").waitFor();
    expect(await served.accounts.find(served.account.id)).toMatchObject({ state: "active" });
  });

  test("works without scripts: an event is found, corrected and sent again", async () => {
    const served = await aServedConsole();
    const { page } = await logIn(served.url, { javaScriptEnabled: false });
    await page.getByRole("link", { name: "Events", exact: true }).click();
    await page.getByLabel("Search").fill("AbCdEf-trace-1");
    await page.getByRole("button", { name: "Search" }).click();
    await page.getByRole("link", { name: "Send again, or correct it first" }).click();
    await page.getByLabel("Currency").fill("EUR");
    await page.getByRole("button", { name: "Send it again" }).click();
    await page.getByText("It is corrected and on its way again.").waitFor();
    expect(await served.ledger.find(served.rejected.id)).toMatchObject({ generation: 1, details: { currency: "EUR" } });
  });

  test("brings its figures up to date, and the reader loses neither the place nor what is open", async () => {
    const served = await aServedConsole();
    const { page } = await logIn(served.url);
    await page.locator("time-chart canvas").first().waitFor();
    await page.getByText("The same as a table").click();
    const time = page.locator("tbody time").first();
    const localTime = await time.textContent();
    expect(localTime).not.toContain("UTC");
    await page.evaluate("window.canvas = document.querySelector('time-chart').shadowRoot.querySelector('canvas')");
    await served.stored({ accountId: served.account.id, status: "delivered", endedAt: new Date() });
    await served.count();
    await page.locator(".figures .good strong", { hasText: "1" }).waitFor({ timeout: 60_000 });
    expect(await page.locator("details").getAttribute("open")).not.toBeNull();
    expect(await time.textContent()).not.toContain("UTC");
    expect(await page.locator("main").count()).toBe(1);
  });

  test("leads to the login when the session ends while somebody looks", async () => {
    const served = await aServedConsole();
    const { page, context } = await logIn(served.url);
    await context.clearCookies();
    await page.waitForURL(/\/login/, { timeout: 60_000 });
  });

  test("fits a phone of 360 pixels on every page, and no browser complains", async () => {
    const served = await aServedConsole();
    const { page, complaints } = await logIn(served.url, { viewport: { width: 360, height: 740 } });
    for (const path of pagesOf(served)) {
      await page.goto(`${served.url}${path}`, { waitUntil: "networkidle" });
      expect(await page.evaluate("document.documentElement.scrollWidth"), path).toBeLessThanOrEqual(360);
    }
    expect(complaints).toEqual([]);
  });

  test.each(["light", "dark"] as const)("holds to WCAG AA on every page, %s", async (colorScheme) => {
    const served = await aServedConsole();
    const { page } = await logIn(served.url, { colorScheme });
    for (const path of pagesOf(served)) {
      await page.goto(`${served.url}${path}`, { waitUntil: "networkidle" });
      expect(await violationsOn(page), path).toEqual([]);
    }
  });
});

const RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"];

async function violationsOn(page: Page): Promise<unknown> {
  await page.evaluate(axe.source);
  return page.evaluate(
    `axe.run(document, { runOnly: ${JSON.stringify(RULES)} }).then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes[0].html]))`,
  );
}
