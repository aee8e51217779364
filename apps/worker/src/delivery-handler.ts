import type { Dispatcher, RestingEvents } from "@capi-relay/dispatch";
import type { DeliveryOutcome } from "@capi-relay/domain";
import { type ChosenClick, lookupsOfContact } from "@capi-relay/domain";
import type { DeliveryJobData, JobEnding, Lane } from "@capi-relay/queue";
import type { Account, EventLedger, LedgerEvent } from "@capi-relay/storage";
import { type DeliveryPorts, deliverEvent, type Turn } from "./deliver-event.ts";

export interface DeliveryHandlerOptions
  extends Pick<DeliveryPorts, "accounts" | "destinations" | "clicks" | "departures" | "now" | "afterProbing"> {
  readonly ledger: Pick<EventLedger, "find" | "settle">;
  readonly dispatcher: Pick<Dispatcher, "addJob">;
  readonly resting: Pick<RestingEvents, "wake">;
  /** Told what each turn ended as, and of which event, for whoever counts. */
  readonly onEnded?: (outcome: DeliveryOutcome, eventId: string) => void;
  /** Told of turns that an outage of our own stores cut short. */
  readonly onTrouble: (error: unknown) => void;
  /** Chance, in [0, 1): spreads retries after an outage of our own. */
  readonly jitter: () => number;
}

/** After an outage of our own stores a job comes back within this time, in milliseconds. */
const OUTAGE_PAUSE_MS = 10_000;

/** One job: tell its story, then say to the queue how it ended. */
export function createDeliveryHandler(
  options: DeliveryHandlerOptions,
): (job: DeliveryJobData, lane: Lane) => Promise<JobEnding> {
  const { ledger, dispatcher, resting, onEnded, onTrouble, now, jitter, ...world } = options;
  const ports: DeliveryPorts = {
    ...world,
    now,
    wake: (event) => resting.wake(event),
    ledger: {
      find: (id) => ledger.find(id),
      settle: (event, account, outcome, click) => settle(ledger, event, account, outcome, click),
    },
  };
  return async (job, lane) => {
    try {
      const turn = await deliverEvent(job, lane, ports);
      if (turn.kind === "ended") onEnded?.(turn.outcome, job.id);
      // First there, then gone from here: between the two it has two places, never none.
      if (turn.kind === "crowded") await dispatcher.addJob(turn.event, "slow");
      return jobEndingOf(turn);
    } catch (error) {
      onTrouble(error);
      return { kind: "later", dueAt: new Date(now().getTime() + OUTAGE_PAUSE_MS * (0.5 + jitter() / 2)) };
    }
  };
}

async function settle(
  ledger: Pick<EventLedger, "settle">,
  event: LedgerEvent,
  account: Account | null,
  outcome: DeliveryOutcome,
  click: ChosenClick | null,
): Promise<void> {
  const waitsFor =
    account === null || outcome.status !== "waiting_click" ? [] : lookupsOfContact(account.wabaId, event.contact);
  await ledger.settle(event, { outcome, attempt: null, click }, waitsFor);
}

function jobEndingOf(turn: Turn): JobEnding {
  switch (turn.kind) {
    case "early":
      return { kind: "later", dueAt: turn.dueAt };
    case "stale":
      return { kind: "completed", status: "superseded", reason: null };
    case "crowded":
      return { kind: "completed", status: "moved", reason: null };
    case "ended":
      return endingOf(turn.outcome);
  }
}

function endingOf(outcome: DeliveryOutcome): JobEnding {
  switch (outcome.status) {
    case "retry_scheduled":
      return { kind: "later", dueAt: outcome.dueAt };
    case "rejected":
    case "failed":
    case "outcome_unknown":
      return { kind: "failed", status: outcome.status, reason: outcome.reason };
    default:
      return { kind: "completed", status: outcome.status, reason: outcome.reason };
  }
}
