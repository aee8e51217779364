import { expect, test } from "vitest";
import { createLogger, limitedWarning } from "../src/index.ts";

test("a warning names what it is about, and counts what it leaves out", () => {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const warn = limitedWarning(createLogger({ name: "test", level: "info", destination }), "a key is missing");
  warn(new Error("once"), { event: "evt-1" });
  warn(new Error("again"), { event: "evt-2" });
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { event: "evt-1", leftOut: 0, msg: "a key is missing" },
  ]);
});
