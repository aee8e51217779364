import { SCENARIOS, type ScenarioName } from "./scenarios.ts";

/** Plays one scenario with the relay of this very checkout, and prints what the checker says as one line of JSON. */
const violations = await SCENARIOS[process.argv[2] as ScenarioName]();
process.stdout.write(`${JSON.stringify(violations)}\n`);
process.exit(0);
