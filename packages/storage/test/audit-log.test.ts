import { afterAll, beforeAll, expect, test } from "vitest";
import { AuditLog, type MongoConnection } from "../src/index.ts";
import { openDatabase } from "./a-database.ts";

let mongo: MongoConnection;
let audit: AuditLog;
let drop: () => Promise<void>;

beforeAll(async () => {
  ({ mongo, drop } = await openDatabase());
  audit = new AuditLog(mongo);
});

afterAll(() => drop());

test("what was done to one subject is listed newest first, and nothing of another", async () => {
  const entry = { who: "root key", action: "event_retried", detail: "" } as const;
  await audit.append({ ...entry, at: new Date(1_000), subject: "e1" });
  await audit.append({ ...entry, at: new Date(2_000), subject: "e1", action: "event_resolved", detail: "resend" });
  await audit.append({ ...entry, at: new Date(3_000), subject: "e2" });
  const entries = await audit.of("e1", 10);
  expect(entries.map(({ action, detail }) => [action, detail])).toEqual([
    ["event_resolved", "resend"],
    ["event_retried", ""],
  ]);
  expect(await audit.of("e1", 1)).toHaveLength(1);
});

test("everything is listed newest first, page by page, also what happened in the same moment, by an index", async () => {
  const { mongo: own, drop: dropOwn } = await openDatabase();
  const log = new AuditLog(own);
  const at = new Date(5_000);
  const subjects = Array.from({ length: 7 }, (_, number) => `e${number}`);
  const entry = { at, who: "ana", action: "event_retried", detail: "" } as const;
  await log.appendAll(subjects.map((subject) => ({ ...entry, subject })));
  await log.append({ ...entry, at: new Date(9_000), subject: "newest" });
  const pages: string[][] = [];
  for (let page = await log.page(null, 3); page.length > 0; page = await log.page(page.at(-1) ?? null, 3))
    pages.push(page.map(({ subject }) => subject));
  expect(pages.map((page) => page.length)).toEqual([3, 3, 2]);
  expect(pages[0]?.[0]).toBe("newest");
  expect(new Set(pages.flat())).toEqual(new Set(["newest", ...subjects]));
  expect(await log.page(await oldest(log), 3)).toEqual([]);
  const plan = await own.collections.audit.find().sort({ at: -1, _id: -1 }).limit(3).explain();
  expect(JSON.stringify(plan)).toContain("newest_first");
  await dropOwn();
});

async function oldest(log: AuditLog) {
  const all = await log.page(null, 100);
  return all.at(-1) ?? null;
}
