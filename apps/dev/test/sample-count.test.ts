import { expect, test } from "vitest";
import { sampleCountIn, USAGE } from "../src/sample-count.ts";

test.each<[string[], number | null]>([
  [[], null],
  [["--seed"], 100_000],
  [["--seed", "1000"], 1_000],
  [["--seed=1000000"], 1_000_000],
  [["--", "--seed", "0"], 0],
])("%j asks for %s sample events", (args, count) => {
  expect(sampleCountIn(args)).toBe(count);
});

test.each([[["--help"]], [["-h"]], [["--seed", "--help"]]])("%j asks for the usage", (args) => {
  expect(sampleCountIn(args)).toBe("help");
});

test.each([[["--sed"]], [["--seed", "many"]], [["--seed", "-1"]], [["--seed", "9999999"]], [["--seed", "1", "2"]]])(
  "%j makes no sense",
  (args) => {
    expect(sampleCountIn(args)).toBe("unreadable");
  },
);

test("the usage fits a terminal and names what chooses ports and data", () => {
  for (const line of USAGE.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
  for (const variable of ["API_PORT", "DASHBOARD_PORT", "SANDBOX_PORT", "DATA_DIR"]) expect(USAGE).toContain(variable);
});
