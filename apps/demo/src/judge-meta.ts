import type { Mismatch } from "./mismatch.ts";
import { identityOf, type PlannedConversion } from "./planned-conversion.ts";
import type { MetaSide, ReceivedEvent } from "./read-meta.ts";
import type { Scenario } from "./scenario.ts";
import { SHOPS } from "./shops.ts";

/** One identity for one event on both sides: Meta knows the dataset, the event id, and whether it is a test. */
export function metaKeyOf(event: PlannedConversion | ReceivedEvent): string {
  return "shop" in event
    ? JSON.stringify([SHOPS[event.shop].datasetId, event.eventId, event.testCode !== undefined])
    : JSON.stringify([event.datasetId, event.eventId, event.testEventCode !== null]);
}

/**
 * Every delivered event is in Meta's log exactly once, with its click; nothing else is; and the troubles did strike.
 */
export function judgeMeta(
  { conversions }: Scenario,
  meta: MetaSide,
  timesAtMeta: ReadonlyMap<string, number>,
): Mismatch[] {
  const mismatches: Mismatch[] = [];
  const clickAtMeta = new Map(meta.log.map((line) => [metaKeyOf(line), line.event.user_data?.ctwa_clid]));
  for (const planned of conversions) {
    const ctwaClid = planned.foretold.answer === "accepted" ? planned.foretold.ending.ctwaClid : null;
    const expected = ctwaClid === null ? 0 : 1;
    const times = timesAtMeta.get(metaKeyOf(planned)) ?? 0;
    const eventId = identityOf(planned);
    if (times !== expected) {
      mismatches.push({ eventId, foretold: `at Meta ${spellTimes(expected)}`, got: spellTimes(times) });
    } else if (expected === 1 && clickAtMeta.get(metaKeyOf(planned)) !== ctwaClid) {
      mismatches.push({ eventId, foretold: "credited to its click", got: "another click at Meta" });
    }
  }
  const known = new Set(conversions.map(metaKeyOf));
  for (const [key, times] of timesAtMeta) {
    if (known.has(key)) continue;
    mismatches.push({ eventId: key, foretold: "not part of the scenario", got: `at Meta ${spellTimes(times)}` });
  }
  if (meta.counted !== meta.log.length) {
    const eventId = "the sandbox's own count";
    mismatches.push({ eventId, foretold: `${meta.log.length}, as its log has lines`, got: String(meta.counted) });
  }
  for (const shop of ["stormy", "busy"] as const) {
    const struck = meta.struckRequests[SHOPS[shop].datasetId] ?? 0;
    if (struck === 0) mismatches.push({ eventId: SHOPS[shop].name, foretold: "refused requests", got: "none" });
  }
  return mismatches;
}

const spellTimes = (times: number) => (times === 0 ? "never" : times === 1 ? "once" : `${times} times`);
