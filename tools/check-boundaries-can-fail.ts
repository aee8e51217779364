import { spawnSync } from "node:child_process";

// A cruise that reads no file passes too. So the same rules are run over a tree with known faults, and must find each
// of them.
const PLANTED_FAULTS = [
  "no-circles",
  "never-uphill",
  "pure-domain",
  "only-storage-speaks-mongoose",
  "the-bench-imports-no-app",
];

const cruise = spawnSync(
  "depcruise",
  ["--config", "../../../.dependency-cruiser.cjs", "--output-type", "json", "apps", "packages", "bench"],
  { cwd: new URL("./fixtures/planted-faults", import.meta.url), encoding: "utf8" },
);
const { summary } = JSON.parse(cruise.stdout) as { summary: { violations: { rule: { name: string } }[] } };
const found = new Set(summary.violations.map((violation) => violation.rule.name));
const missed = PLANTED_FAULTS.filter((name) => !found.has(name));

if (missed.length > 0) {
  console.error(`The boundary check is blind: it did not report the planted ${missed.join(", ")}.`);
  process.exitCode = 1;
} else {
  console.log(`The boundary check reports all ${PLANTED_FAULTS.length} planted faults.`);
}
