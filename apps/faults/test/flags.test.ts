import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { USAGE as CASE_USAGE, readFlags as readCaseFlags } from "../src/case-flags.ts";
import { readFlags as readSoakFlags, USAGE as SOAK_USAGE } from "../src/soak/soak-flags.ts";

function run(program: string, ...args: readonly string[]) {
  const path = fileURLToPath(new URL(`../src/${program}`, import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, [path, ...args], { encoding: "utf8" });
  return { status, stdout, stderr };
}

test.each([
  ["soak/main.ts", SOAK_USAGE],
  ["run-cases.ts", CASE_USAGE],
])("%s --help tells how it goes, and that is no failure", (program, usage) => {
  expect(run(program, "--help")).toEqual({ status: 0, stdout: usage, stderr: "" });
  for (const line of usage.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
});

test.each([
  ["soak/main.ts", "--event", "Unknown option '--event'.", SOAK_USAGE],
  ["run-cases.ts", "99", "There is no fault test 99.", CASE_USAGE],
])("%s %s is told in a sentence what is wrong, with exit code 2", (program, arg, mistake, usage) => {
  expect(run(program, arg)).toEqual({ status: 2, stdout: "", stderr: `${mistake}\n\n${usage}` });
});

test("what makes no sense is named", () => {
  expect(readSoakFlags(["5"])).toEqual({ mistake: "Unexpected argument '5'." });
  expect(readSoakFlags(["--kills"])).toEqual({ mistake: expect.stringMatching(/^Option '--kills <value>' .*\.$/) });
  expect(readSoakFlags(["--events", "many"])).toEqual({ mistake: '--events takes a number, 0 or more, not "many".' });
  expect(readCaseFlags(["--plant"], [])).toEqual({ mistake: "pnpm faults knows no --plant." });
  expect(readCaseFlags(["--planted", "nonsense"], [])).toEqual({ mistake: "There is no planted fault nonsense." });
});

test("flags are read", () => {
  expect(readSoakFlags([])).toEqual({ events: 20_000, kills: 10, seed: 1, minutes: 0, json: false });
  expect(readSoakFlags(["--", "--events", "5", "--minutes=0.5", "--json"])).toMatchObject({
    events: 5,
    minutes: 0.5,
    json: true,
  });
  const cases = ["03-one.ts", "30-two.ts"];
  expect(readCaseFlags([], cases)).toEqual({ files: [] });
  expect(readCaseFlags(["--", "30", "3"], cases)).toEqual({ files: ["30-two.ts", "03-one.ts"] });
  expect(readCaseFlags(["--planted", "token"], cases)).toEqual({ planted: ["token"] });
});
