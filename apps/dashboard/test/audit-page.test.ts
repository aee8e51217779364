import { expect, test } from "vitest";
import { aConsole, textOf } from "./a-console.ts";

test("the audit shows who did what, newest first and page by page, with the way to what it was done to", async () => {
  const console = await aConsole();
  const browser = await console.as("vic");
  expect(textOf((await browser.open("/audit")).body)).toContain("Nobody has done anything yet.");
  const at = new Date();
  const entries = Array.from({ length: 60 }, (_, index) => ({
    at,
    who: `<i>person ${index}</i>`,
    action: "event_retried" as const,
    subject: `e${index}`,
    detail: "",
  }));
  await console.audit.appendAll(entries);
  await console.audit.append({
    at: new Date(at.getTime() + 1),
    who: "ana",
    action: "account_paused",
    subject: "shop",
    detail: "",
  });
  const first = await browser.open("/audit");
  expect(textOf(first.body)).toContain("ana account paused shop");
  expect(first.body).toContain('href="/destinations#account-shop"');
  expect(first.body).not.toContain("<i>person");
  const next = /rel="next" href="([^"]+)"/.exec(first.body)?.[1] ?? "";
  const second = await browser.open(next);
  const subjects = (body: string) => [...body.matchAll(/href="\/events\/(e\d+)"/g)].map(([, id]) => id);
  const seen = [...subjects(first.body), ...subjects(second.body)];
  expect(seen).toHaveLength(60);
  expect(new Set(seen)).toEqual(new Set(entries.map(({ subject }) => subject)));
  expect(second.body).not.toContain('rel="next"');
  expect((await browser.open("/audit?after=%3Cscript%3E")).statusCode).toBe(200);
});
