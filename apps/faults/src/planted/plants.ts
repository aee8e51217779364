import type { Invariant } from "../violation.ts";
import type { ScenarioName } from "./scenarios.ts";

/** One way to break the relay, as a change of its source text. */
export interface Plant {
  readonly name: string;
  readonly file: string;
  /** Must be there exactly once: a plant that no longer fits must be mended, not skipped. */
  readonly replace: string;
  readonly by: string;
  /** What to play so that it shows. */
  readonly scenario: ScenarioName;
  /** What the checker has to say about it. */
  readonly caughtAs: Invariant;
}

export const PLANTS: readonly Plant[] = [
  {
    name: "record before send",
    file: "apps/worker/src/depart.ts",
    replace: "    const judged: JudgedPart[] = [];\n",
    by: `    await Promise.all(leaving.map(({ event, click }) => ports.ledger.record(event.id, hold.token, { outcome: { status: "delivered", reason: null }, attempt: null, click })));
    const judged: JudgedPart[] = [];\n`,
    scenario: "worker_dies_before_sending",
    caughtAs: "I3",
  },
  {
    name: "claim without status filter",
    file: "packages/storage/src/event-claims.ts",
    replace: `        generation,
        status: { $in: CLAIMABLE },
        dueAt:`,
    by: `        generation,
        dueAt:`,
    scenario: "many_claimers",
    caughtAs: "I4",
  },
  {
    name: "sweeper that ignores live jobs",
    file: "apps/worker/src/sweeps/requeue-lost-jobs.ts",
    replace: "switch (await queue.placeOf(row)) {",
    by: 'switch ("finished" as JobPlace) {',
    scenario: "long_queue",
    caughtAs: "I9",
  },
  {
    name: "waiting_click without the second look",
    file: "apps/worker/src/deliver-event.ts",
    replace: `if (secondLook.kind !== "none") await ports.wake(event);`,
    by: "void secondLook;",
    scenario: "click_between_look_and_write",
    caughtAs: "I10",
  },
  {
    name: "record filtered by lease time",
    file: "packages/storage/src/event-ledger.ts",
    replace: `stillHas: { "claim.token": token },`,
    by: `stillHas: { "claim.token": token, "claim.until": { $gt: new Date() } },`,
    scenario: "answer_after_the_lease",
    caughtAs: "I2",
  },
  {
    name: "log the token",
    file: "apps/worker/src/depart.ts",
    replace: "  const hold = await holdClaim(passengers, ports);\n",
    by: `  const hold = await holdClaim(passengers, ports);
  console.log(JSON.stringify({ msg: "sending", event: passengers[0]?.event.id, with: accessToken }));\n`,
    scenario: "plain_delivery",
    caughtAs: "I7",
  },
];
