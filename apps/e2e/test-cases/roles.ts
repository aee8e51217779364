import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { aBusyConsole } from "../test/a-served-console.ts";

test("a viewer sees every page, and nothing to act with on them; an operator sees all of it", async () => {
  const { url, pages, loggedIn } = await aBusyConsole();
  const viewer = await loggedIn({}, "vic");
  const operator = await loggedIn();
  const found = new Set<string>();
  for (const path of pages) {
    await operator.page.goto(`${url}${path}`);
    for (const action of await actionsOn(operator.page)) found.add(action);
    if (ASKS_FIRST.test(path)) continue;
    const status = NOTHING_THERE.includes(path) ? 404 : 200;
    expect.soft((await viewer.page.goto(`${url}${path}`))?.status(), path).toBe(status);
    expect.soft(await actionsOn(viewer.page), path).toEqual([]);
  }
  expect([...found].map((action) => action.split("/").at(-1)).sort()).toEqual(ACTIONS);
});

test("a viewer who opens the way to an action is told who may, and a forged form is refused and changes nothing", async () => {
  const { url, pages, loggedIn, running, ...console } = await aBusyConsole();
  const { page } = await loggedIn({}, "vic");
  const ways = pages.filter((one) => ASKS_FIRST.test(one));
  for (const path of ways) {
    expect.soft((await page.goto(`${url}${path}`))?.status(), path).toBe(403);
    await page.getByRole("heading", { name: "Only an operator can do this" }).waitFor();
  }
  // The form of this one posts to where decisions are made.
  const posts = ways.map((way) => way.replace(/\/confirm.*$/, ""));
  const probe = `/destinations/${console.account.id}/probe`;
  for (const path of [...posts, probe, "/bulk-retry?status=rejected", `/bulk-retry/${running.id}/stop`]) {
    const status = await page.evaluate(`fetch("${path}", { method: "POST" }).then((reply) => reply.status)`);
    expect.soft(status, path).toBe(403);
  }
  for (const event of [console.rejected, console.unknown, console.held])
    expect(await console.ledger.find(event.id)).toMatchObject({ status: event.status, generation: 0 });
  expect(await console.accounts.find(console.account.id)).toMatchObject({
    state: "paused",
    switchedOffEventNames: ["LeadSubmitted"],
    lastProbe: null,
  });
  expect(await console.bulkRetries.list(10)).toHaveLength(2);
  expect(await console.bulkRetries.find(running.id)).toMatchObject({ state: "running" });
});

test("Bull Board shows a viewer jobs and no button, and refuses what its buttons would have asked", async () => {
  const { url, loggedIn, aFailedJob } = await aBusyConsole();
  await aFailedJob();
  const board = `${url}/queues/queue/conversions?status=failed`;
  const operator = await loggedIn(IN_ENGLISH);
  await operator.page.goto(board);
  await operator.page.getByRole("button", { name: "Retry all" }).waitFor();
  const { page } = await loggedIn(IN_ENGLISH, "vic");
  await page.goto(board);
  await page.getByText("Purchase").first().waitFor();
  expect(await page.getByRole("button", { name: /retry|promote|clean|remove|empty|add/i }).all()).toEqual([]);
  const retryAll = "/queues/api/queues/conversions/retry/failed";
  expect(await page.evaluate(`fetch("${retryAll}", { method: "PUT" }).then((reply) => reply.status)`)).toBe(403);
});

/** Pages that only ask whether something should be done. */
const ASKS_FIRST = /\/(retry|cancel|resolve|pause|resume|names\/[^/]+|confirm(\?.*)?)$/;
const NOTHING_THERE = ["/nowhere", "/?account=nobody"];
const HARMLESS = ["/logout", "/events/search"];
/** Last words of everything an operator's pages post to, or lead to. */
const ACTIONS = [
  "LeadSubmitted",
  "bulk-decision",
  "bulk-retry",
  "cancel",
  "pause",
  "probe",
  "resolve",
  "resume",
  "retry",
  "stop",
  "stop",
];
const IN_ENGLISH = { locale: "en-GB" };

/** What the page posts to, and where it leads to ask first. */
async function actionsOn(page: Page): Promise<string[]> {
  const posts = await page.locator("form[method=post]").evaluateAll(attributes, "action");
  const links = await page.locator("a").evaluateAll(attributes, "href");
  const asks = links.map((link) => link.replace(/[?#].*$/, "")).filter((path) => ASKS_FIRST.test(path));
  return [...posts.filter((action) => !HARMLESS.includes(action)), ...asks];
}

const attributes = (elements: readonly { getAttribute(name: string): string | null }[], name: string) =>
  elements.map((element) => element.getAttribute(name) ?? "");
