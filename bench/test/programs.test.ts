import { expect, test } from "vitest";
import { USAGE as CONSOLE_USAGE, readFlags as readConsoleFlags } from "../src/console/console-flags.ts";
import { USAGE as GROWTH_USAGE, readFlags as readGrowthFlags } from "../src/growth/growth-flags.ts";
import { exitCodeOf, type Program } from "../src/program/run-program.ts";
import { readFlags, USAGE } from "../src/table/bench-flags.ts";
import { ROW_NAMES } from "../src/table/figure.ts";

test("the command line is read, and what is wrong with it said", () => {
  expect(readFlags([])).toEqual({ quick: false, json: false, only: ROW_NAMES });
  expect(readFlags(["--quick", "--json", "--only", "batch_vs_bulk"])).toEqual({
    quick: true,
    json: true,
    only: ["batch_vs_bulk"],
  });
  expect(readFlags(["--help"])).toBe("help");
  expect(readFlags(["--only", "speed"])).toEqual({ mistake: expect.stringContaining("drain_vs_naive") });
  expect(readFlags(["--fast"])).toEqual({ mistake: "Unknown option '--fast'." });
  expect(readFlags(["--only"])).toEqual({ mistake: "Option '--only <value>' argument missing." });
  expect(readFlags(["--only", "--json"])).toEqual({ mistake: "Option '--only' argument is ambiguous." });
});

test("growth measures the lines that hold the words, and says if none does", () => {
  expect(readGrowthFlags([])).toEqual({ only: "" });
  expect(readGrowthFlags(["--only", "1 workers"])).toEqual({ only: "1 workers" });
  expect(readGrowthFlags(["--only", "9 workers"])).toEqual({ mistake: 'No line holds "9 workers".' });
  expect(readGrowthFlags(["-h"])).toBe("help");
});

test("the console's numbers are whole ones", () => {
  expect(readConsoleFlags([])).toEqual({ events: 1_000_000, requests: 15, only: "", cost: false });
  expect(readConsoleFlags(["--events", "many"])).toEqual({ mistake: expect.stringContaining("--events") });
  expect(readConsoleFlags(["--requests", "0"])).toEqual({ mistake: expect.stringContaining("--requests") });
  expect(readConsoleFlags(["--help"])).toBe("help");
});

test("every usage fits a terminal", () => {
  const lines = [USAGE, GROWTH_USAGE, CONSOLE_USAGE].join("\n").split("\n");
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
});

/** Runs a program on a command line: its exit code, and what it wrote. */
async function outcomeOf(program: Partial<Program<object>>, ...args: string[]) {
  const [out, err]: [string[], string[]] = [[], []];
  const whole = { usage: "how it is used\n", readFlags: () => ({}), run: async () => true, ...program };
  const code = await exitCodeOf(whole, args, {
    out: (text) => out.push(text),
    err: (text) => err.push(text),
  });
  return { code, out: out.join(""), err: err.join("") };
}

test("a program shows its usage when it is asked to, and where the command line is wrong", async () => {
  const usage = "how it is used\n";
  expect(await outcomeOf({ readFlags: () => "help" })).toEqual({ code: 0, out: usage, err: "" });
  const mistake = "Unknown option '--fast'.";
  expect(await outcomeOf({ readFlags: () => ({ mistake }) })).toEqual({
    code: 2,
    out: "",
    err: `${mistake}\n\n${usage}`,
  });
});

test("a program that stops says why in a sentence, and exits 1", async () => {
  const run = () => Promise.reject(new Error("Meta counted 9 of 10 events"));
  expect(await outcomeOf({ run })).toEqual({
    code: 1,
    out: "",
    err: "The bench stopped: Meta counted 9 of 10 events\n",
  });
  expect(await outcomeOf({ run: async () => false })).toEqual({ code: 1, out: "", err: "" });
});
