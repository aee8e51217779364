import { expect, onTestFinished, test } from "vitest";
import { consoleToLog, createLogger } from "../src/index.ts";

/** What was logged, while the console leads to the log. */
function loggedByConsole(): Record<string, unknown>[] {
  const lines: Record<string, unknown>[] = [];
  const { warn, error } = console;
  onTestFinished(() => void Object.assign(console, { warn, error }));
  const destination = { write: (line: string) => void lines.push(JSON.parse(line)) };
  consoleToLog(createLogger({ name: "test", level: "info", destination }));
  return lines;
}

test("what a library writes to the console is a line of the log, so that every line is JSON", () => {
  const lines = loggedByConsole();
  console.warn('IMPORTANT! Eviction policy is allkeys-lru. It should be "noeviction"');
  console.error("Skipping the ready check", new Error("canary"), { password: "canary" });
  expect(lines).toMatchObject([
    {
      level: "warn",
      msg: "a library warns",
      text: 'IMPORTANT! Eviction policy is allkeys-lru. It should be "noeviction"',
    },
    { level: "warn", msg: "a library warns", text: "Skipping the ready check" },
  ]);
  expect(JSON.stringify(lines)).not.toContain("canary");
});

test("a library that repeats itself is heard once, and one that talks on and on is not heard for ever", () => {
  const lines = loggedByConsole();
  for (let time = 0; time < 6; time += 1) console.warn("the same");
  expect(lines).toHaveLength(1);
  for (let time = 0; time < 1_000; time += 1) console.warn(`another ${time}`);
  expect(lines.length).toBeLessThan(50);
});
