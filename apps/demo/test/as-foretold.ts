import type { SeenStory } from "../src/follow-events.ts";
import { identityOf } from "../src/planned-conversion.ts";
import type { Posted } from "../src/play-conversions.ts";
import type { ReceivedEvent } from "../src/read-meta.ts";
import type { Scenario } from "../src/scenario.ts";
import { SHOPS } from "../src/shops.ts";
import type { Seen } from "../src/tally.ts";

/** What would be seen if everything came as foretold. */
export function asForetold({ conversions, repeats }: Scenario): Seen {
  const posted: Posted[] = [];
  const stories = new Map<string, SeenStory>();
  const log: ReceivedEvent[] = [];
  for (const planned of conversions) {
    const id = identityOf(planned);
    if (planned.foretold.answer === "invalid") {
      posted.push({ planned, answer: "invalid", id: null, code: planned.foretold.code });
      continue;
    }
    posted.push({ planned, answer: "accepted", id, code: null });
    const { status, reason, matchedBy, ctwaClid } = planned.foretold.ending;
    const click = matchedBy === undefined ? null : { conversationId: null, adId: null, clickedAt: null, matchedBy };
    stories.set(id, { id, status, reason, click, attempts: [ATTEMPT, ATTEMPT] });
    if (ctwaClid === null) continue;
    log.push({
      datasetId: SHOPS[planned.shop].datasetId,
      eventId: planned.eventId,
      testEventCode: planned.testCode ?? null,
      event: { user_data: { ctwa_clid: ctwaClid } },
    });
  }
  for (const { of, answer } of repeats) {
    posted.push({ planned: of, answer, id: answer === "duplicate" ? identityOf(of) : null, code: null });
  }
  const struckRequests = { [SHOPS.stormy.datasetId]: 3, [SHOPS.busy.datasetId]: 1 };
  return { posted, stories, meta: { log, counted: log.length, struckRequests } };
}

const ATTEMPT: SeenStory["attempts"][number] = {
  number: 1,
  trigger: "scheduled",
  startedAt: "2026-11-22T12:00:00.000Z",
  durationMs: 12,
  batchSize: 1,
  httpStatus: 200,
  code: null,
  subcode: null,
  traceId: null,
  outcome: "delivered",
  reason: null,
  mayHaveArrived: false,
};
