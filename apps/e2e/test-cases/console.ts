import { expect, test } from "vitest";
import { aBusyConsole } from "../test/a-served-console.ts";

test("the overview leads from what is broken to the repair in two clicks and a confirmation", async () => {
  const served = await aBusyConsole();
  const { page } = await served.loggedIn();
  await page.getByRole("link", { name: "Go to Casa Aurora" }).first().click();
  await page.getByRole("link", { name: "Resume" }).click();
  await page.getByRole("button", { name: "Resume the account" }).click();
  await page.getByText("It is resumed.").waitFor();
  expect(await served.accounts.find(served.account.id)).toMatchObject({ state: "active" });
});

test("the console works without scripts: an event is found, corrected and sent again", async () => {
  const served = await aBusyConsole();
  const { page } = await served.loggedIn({ javaScriptEnabled: false });
  await page.getByRole("link", { name: "Events", exact: true }).click();
  await page.getByLabel("Search").fill("AbCdEf-trace-1");
  await page.getByRole("button", { name: "Search" }).click();
  await page.getByRole("link", { name: "Send again, or correct it first" }).click();
  await page.getByLabel("Currency").fill("EUR");
  await page.getByRole("button", { name: "Send it again" }).click();
  await page.getByText("It is corrected and on its way again.").waitFor();
  expect(await served.ledger.find(served.rejected.id)).toMatchObject({ generation: 1, details: { currency: "EUR" } });
});

test("the figures come up to date, and the reader loses neither the place nor what is open", async () => {
  const served = await aBusyConsole();
  const { page } = await served.loggedIn();
  await page.clock.install();
  await page.reload();
  await page.locator("time-chart canvas").first().waitFor();
  await page.getByText("The same as a table").click();
  await page.getByText("Other days").click();
  await page.getByLabel("First day").fill("2026-01-02");
  const time = page.locator("tbody time").first();
  const localTime = await time.textContent();
  expect(localTime).not.toContain("UTC");
  await page.evaluate("window.before = document.querySelector('time-chart')");
  await served.stored({ accountId: served.account.id, status: "delivered", endedAt: new Date() });
  await served.count();
  await page.clock.fastForward(21_000);
  await page.locator(".figures .good strong", { hasText: "1" }).waitFor();
  expect(await page.locator("details[open]").count()).toBe(2);
  expect(await page.getByLabel("First day").inputValue()).toBe("2026-01-02");
  expect(await time.textContent()).not.toContain("UTC");
  expect(await page.evaluate("window.before === document.querySelector('time-chart')")).toBe(true);
  expect(await page.locator("main").count()).toBe(1);
});

test("whoever looks while the session ends is led to the login", async () => {
  const served = await aBusyConsole();
  const { page, context } = await served.loggedIn();
  await page.clock.install();
  await page.reload();
  await context.clearCookies();
  await page.clock.fastForward(21_000);
  await page.waitForURL(/\/login/);
});
