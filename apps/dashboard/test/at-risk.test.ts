import { expect, test } from "vitest";
import { aConsole, HOUR_MS, textOf } from "./a-console.ts";

const HELD = { status: "held", reason: "meta_token_invalid" } as const;
const inHours = (hours: number) => new Date(Date.now() + hours * HOUR_MS);
const shown = (body: string) => [...body.matchAll(/href="\/events\/(e[^"?]+)"/g)].map(([, id]) => id);

test("what the overview says is lost soon leads to exactly those events, the most urgent first, with the time left", async () => {
  const console = await aConsole();
  const { id: accountId } = await console.account({ name: "Casa Aurora" });
  const later = await console.stored({ accountId, ...HELD, expiresAt: inHours(5) });
  const sooner = await console.stored({ accountId, ...HELD, expiresAt: inHours(1.51), acceptedAt: inHours(-90) });
  const tomorrow = await console.stored({ accountId, ...HELD, expiresAt: inHours(20) });
  await console.stored({ accountId, status: "waiting_click", reason: "no_click_yet", expiresAt: inHours(1) });
  await console.stored({ accountId, ...HELD, testCode: "TEST1", expiresAt: inHours(1) });
  await console.count();
  const browser = await console.as("vic");
  const overview = await browser.open(`/?account=${accountId}`);
  const here = `&amp;account=${accountId}"`;
  expect(overview.body).toMatch(new RegExp(`href="/at-risk\\?left=under_6h${here}[^>]*>See them`));
  expect(overview.body).toMatch(new RegExp(`href="/at-risk\\?left=under_24h${here}[^>]*>Less than a day left`));
  const { body } = await browser.open(`/at-risk?left=under_6h&account=${accountId}`);
  expect(shown(body)).toEqual([sooner.id, later.id]);
  expect(textOf(body)).toContain("Events at risk of Casa Aurora");
  expect(textOf(body)).toMatch(/R\$10\.00 Casa Aurora 1 h 30 min until /);
  expect(shown((await browser.open("/at-risk?left=under_24h")).body)).toEqual([tomorrow.id]);
  expect(shown((await browser.open("/at-risk")).body)).toEqual([sooner.id, later.id, tomorrow.id]);
});

test("what Meta takes no more stands first, is said to be only decided about, and is not called lost soon", async () => {
  const console = await aConsole();
  const passed = await console.stored({ status: "outcome_unknown", reason: "no_clear_answer", expiresAt: inHours(-2) });
  await console.count();
  const browser = await console.as("vic");
  const overview = textOf((await browser.open("/")).body);
  expect(overview).toContain("Time has passed: a person decides 1 R$10");
  expect(overview).not.toContain("lost in less than 6 hours");
  expect(shown((await browser.open("/at-risk?left=under_6h")).body)).toEqual([]);
  expect(shown((await browser.open("/at-risk?left=passed")).body)).toEqual([passed.id]);
  expect(textOf((await browser.open("/at-risk")).body)).toMatch(
    /Where the time has passed, nothing can be sent any more; a person can still decide whether it arrived\. .* passed until /,
  );
});

test("the list goes on page by page without repeating or leaving out any", async () => {
  const console = await aConsole();
  const stored = new Set<string>();
  const expiresAt = inHours(3);
  for (let index = 0; index < 60; index += 1) stored.add((await console.stored({ ...HELD, expiresAt })).id);
  const browser = await console.as("vic");
  const first = await browser.open("/at-risk");
  const next = /rel="next" href="([^"]+)"/.exec(first.body)?.[1] ?? expect.fail("no second page");
  const second = await browser.open(next.replaceAll("&amp;", "&"));
  expect(shown(first.body)).toHaveLength(50);
  expect(new Set([...shown(first.body), ...shown(second.body)])).toEqual(stored);
  expect(second.body).not.toContain('rel="next"');
});

test("an address that makes no sense, or names nobody's account, is not found; nothing at risk is said in words", async () => {
  const console = await aConsole();
  const browser = await console.as("vic");
  for (const query of ["left=soon", "account=nobody", "after=x", "left=more&left=under_6h"])
    expect((await browser.open(`/at-risk?${query}`)).statusCode, query).toBe(404);
  expect(textOf((await browser.open("/at-risk")).body)).toContain("No event is at risk here.");
});
