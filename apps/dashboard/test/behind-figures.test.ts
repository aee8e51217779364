import type { LedgerEvent } from "@capi-relay/storage";
import { describe, expect, test } from "vitest";
import { aConsole, HOUR_MS, textOf } from "./a-console.ts";

const DAY_MS = 24 * HOUR_MS;
const hoursAgo = (hours: number) => new Date(Date.now() - hours * HOUR_MS);
type World = Awaited<ReturnType<typeof aConsole>>;

const STANDINGS: readonly Partial<LedgerEvent>[] = [
  { status: "delivered" },
  { status: "skipped", reason: "no_ctwa_clid" },
  { status: "skipped", reason: "click_window_expired" },
  { status: "rejected", reason: "meta_click_unknown" },
  { status: "failed", reason: "retries_exhausted" },
  { status: "expired", reason: "event_time_window_passed" },
  { status: "outcome_unknown", reason: "no_clear_answer" },
  { status: "waiting_click", reason: "no_click_yet" },
  { status: "queued" },
];
const UNFINISHED: readonly unknown[] = ["outcome_unknown", "waiting_click", "queued"];

/** Of each kind some in the last day, some from before it that end in it, some that are all before it, and a test. */
async function fillUp({ stored }: World, accountId: string): Promise<void> {
  for (const [index, standing] of STANDINGS.entries()) {
    const put = (acceptedAt: Date, endedAt: Date, more: Partial<LedgerEvent> = {}) =>
      stored({
        accountId,
        ...standing,
        acceptedAt,
        endedAt: UNFINISHED.includes(standing.status) ? null : endedAt,
        ...more,
      });
    for (let count = 0; count <= index; count += 1) await put(hoursAgo(3), hoursAgo(2));
    await put(hoursAgo(40), hoursAgo(2));
    await put(hoursAgo(60), hoursAgo(50));
    await put(hoursAgo(3), hoursAgo(2), { testCode: "TEST1" });
    await put(hoursAgo(3), hoursAgo(2), { eventName: "AddToCart" });
  }
}

/** Each link of a part of the page into the list of events, with the count that stands beside it. */
function figuresIn(body: string, id: string, pattern: RegExp): { href: string; count: number }[] {
  const [, part = ""] = new RegExp(`<section[^>]*aria-label(?:ledby)?="${id}"(.*?)</section>`, "s").exec(body) ?? [];
  return [...part.matchAll(pattern)].map(({ groups = {} }) => ({
    href: (groups["href"] ?? "").replaceAll("&amp;", "&"),
    count: Number(groups["count"]),
  }));
}

const PURCHASE_LINE = /href="(?<href>[^"]*)">[^<]*<\/a><\/th><td class="number">(?<count>\d+)/g;
const REASON_LINE = /<strong>(?<count>\d+)<\/strong>.*?href="(?<href>\/events[^"]*)">See the events/gs;
const TILE = /<a href="(?<href>[^"]*)">[^<]*<\/a><\/span><strong>(?<count>\d+)/g;

describe("the list behind a figure holds just the events that the figure counts", () => {
  for (const period of ["period=24h", "period=7d", days(3, 1), days(1, 0)])
    test(`of ${period}`, async () => {
      const console = await aConsole();
      const { id } = await console.account();
      await fillUp(console, id);
      await fillUp(console, (await console.account()).id);
      await console.count();
      const browser = await console.as("vic");
      for (const account of ["", `&account=${id}`]) {
        const { body } = await browser.open(`/?${period}${account}`);
        const purchases = figuresIn(body, "purchases", PURCHASE_LINE);
        const reasons = figuresIn(body, "reasons", REASON_LINE);
        const tiles = figuresIn(body, "Figures", TILE);
        expect(tiles.length).toBe(5);
        expect(purchases.length).toBeGreaterThan(4);
        expect(reasons.length).toBeGreaterThan(2);
        for (const { href, count } of [...tiles, ...purchases, ...reasons]) {
          const csv = (await browser.open(href.replace("/events", "/events.csv"))).body.trim().split("\n").length - 1;
          expect({ href, csv }).toEqual({ href, csv: count });
          const list = (await browser.open(href)).body.match(/href="\/events\/e[^"?]+"/g) ?? [];
          expect({ href, list: list.length }).toEqual({ href, list: Math.min(50, count) });
        }
        const [all] = purchases.slice(-1);
        const parts = purchases.slice(0, -1).reduce((sum, { count }) => sum + count, 0);
        expect(parts).toBe(all?.count);
      }
    });
});

/** From the first of some days to the last, both that many days ago. */
function days(first: number, last: number): string {
  const day = (ago: number) => new Date(Date.now() - ago * DAY_MS).toISOString().slice(0, 10);
  return `from=${day(first)}&to=${day(last)}`;
}

test("a bulk retry from a reason is about the events that the reason counts", async () => {
  const console = await aConsole();
  const { id } = await console.account();
  await fillUp(console, id);
  await console.count();
  const browser = await console.as("ana");
  const { body } = await browser.open("/?period=24h");
  const [, path = ""] = /href="(\/bulk-retry\/plan\?status=failed[^"]*)"/.exec(body) ?? [];
  expect(path).toContain("ended_from=");
  const plan = await browser.open(path.replaceAll("&amp;", "&"));
  // 5 in the last day, one from before it that ended in it, and the cart; the test is left out, as of the list.
  expect(textOf(plan.body)).toContain("Would be sent again 7");
  const list = await browser.open(path.replace("/bulk-retry/plan", "/events").replaceAll("&amp;", "&"));
  expect(list.body.match(/href="\/events\/e[^"?]+"/g)).toHaveLength(7);
  const [, from = ""] = /name="ended_from" value="([^"]*)"/.exec(plan.body) ?? [];
  expect(plan.body).toContain('<input type="hidden" name="tests" value="out"');
  const started = await browser.post("/bulk-retry", { status: "failed", ended_from: from, tests: "out" });
  const order = await browser.open(String(started.headers.location));
  expect(textOf(order.body)).toContain(
    `Failed events of all accounts ended since ${from.replace("T", " ")} UTC that cannot have arrived without tests`,
  );
  expect(await console.bulkRetries.next()).toMatchObject({
    planned: 7,
    filter: { endedFrom: new Date(`${from}Z`), endedTo: null, withoutTests: true },
  });
});

test("the list of what ended in some time goes on page by page, by ending, without repeating or leaving out any", async () => {
  const console = await aConsole();
  const acceptedAt = hoursAgo(30);
  const stored = new Set<string>();
  for (let index = 0; index < 120; index += 1) {
    const endedAt = hoursAgo(1 + (index % 3));
    stored.add((await console.stored({ acceptedAt, endedAt, status: "rejected", reason: "meta_click_unknown" })).id);
  }
  const browser = await console.as("vic");
  const seen: string[] = [];
  const from = hoursAgo(5).toISOString().slice(0, 16);
  for (let url: string | undefined = `/events?status=rejected&ended_from=${from}`; url !== undefined; ) {
    const { body }: { body: string } = await browser.open(url);
    expect(textOf(body)).toContain(`Filter: Rejected, ended since ${from.replace("T", " ")} UTC`);
    seen.push(...[...body.matchAll(/href="\/events\/(e[^"?]+)"/g)].map(([, id]) => id ?? ""));
    url = /rel="next" href="([^"]+)"/.exec(body)?.[1]?.replaceAll("&amp;", "&");
  }
  expect(seen.length).toBe(120);
  expect(new Set(seen)).toEqual(stored);
});
