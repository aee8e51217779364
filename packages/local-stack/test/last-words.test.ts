import { expect, test } from "vitest";
import { lastWords } from "../src/last-words.ts";

const line = (level: string, msg: string, more: object = {}) =>
  JSON.stringify({ level, time: 1, name: "api", msg, ...more });

test("a log is told as sentences, trouble first and each once", () => {
  const away = line("warn", "MongoDB connection failed", {
    err: { type: "MongoServerSelectionError", stack: ["at x"] },
  });
  const log = [line("info", "listening"), away, away, line("info", "shutting down"), ""].join("\n");
  expect(lastWords(log)).toBe("  warn  MongoDB connection failed: MongoServerSelectionError");
});

test("what is no JSON is kept, without its stack", () => {
  expect(lastWords("Error: no such module\n    at load (node:internal:1:2)\n")).toBe("  Error: no such module");
});

test("without trouble the last lines are told, and nothing as nothing", () => {
  expect(lastWords([line("info", "listening"), line("info", "shut down")].join("\n"))).toBe(
    "  info  listening\n  info  shut down",
  );
  expect(lastWords("")).toBe("  (nothing)");
});

test("everything fits 80 columns", () => {
  const told = lastWords(`ENCRYPTION_KEYS: ${"a long sentence ".repeat(20)}`);
  expect(told.split("\n").filter((row) => row.length > 80)).toEqual([]);
});
