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
