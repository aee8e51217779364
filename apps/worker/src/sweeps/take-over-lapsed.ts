import type { Dispatcher } from "@capi-relay/dispatch";
import { type Attempt, outcomeOfInterruption } from "@capi-relay/domain";
import type { Account, LapsedEvent, SweepStore } from "@capi-relay/storage";
import type { AlertBell } from "../alert-bell.ts";

export interface TakeOverPorts {
  readonly sweeps: Pick<SweepStore, "lapsed" | "takeOver">;
  readonly accounts: { find(id: string): Promise<Account | null> };
  readonly dispatcher: Pick<Dispatcher, "addJob">;
  readonly bell: Pick<AlertBell, "ring">;
  readonly now: () => Date;
  readonly jitter: () => number;
  readonly delayScale: number;
}

const EVENTS_PER_SWEEP = 1_000;

/**
 * Takes events over from workers that died in the middle of sending. Nobody knows whether the request left, so the
 * interrupted attempt is noted as one that may have arrived, and the account's policy for that decides.
 */
export async function takeOverLapsed(ports: TakeOverPorts): Promise<number> {
  const lapsed = await ports.sweeps.lapsed(EVENTS_PER_SWEEP);
  const taken = await Promise.all(lapsed.map((event) => takeOver(event, ports)));
  return taken.filter(Boolean).length;
}

async function takeOver(event: LapsedEvent, ports: TakeOverPorts): Promise<boolean> {
  const account = await ports.accounts.find(event.accountId);
  const policy = account ?? { unknownOutcome: "hold" as const };
  const now = ports.now();
  const interruption = { starts: event.starts, mayHaveArrived: event.claim.departed !== false };
  const outcome = outcomeOfInterruption(interruption, event, policy, now, ports.jitter(), ports.delayScale);
  const attempt: Attempt = {
    number: event.attempts.length + 1,
    trigger: event.nextTrigger,
    startedAt: event.claim.startedAt,
    durationMs: Math.max(0, now.getTime() - event.claim.startedAt.getTime()),
    batchSize: 1,
    httpStatus: null,
    code: null,
    subcode: null,
    traceId: null,
    outcome: outcome.status,
    reason: outcome.reason,
    mayHaveArrived: interruption.mayHaveArrived,
    spent: true,
    metaTitle: null,
    metaMessage: null,
  };
  if (!(await ports.sweeps.takeOver(event, attempt, outcome))) return false;
  if (outcome.reason === "quarantined") {
    await ports.bell.ring({ kind: "event_quarantined", accountId: event.accountId, detail: event.id });
  }
  if (outcome.status === "retry_scheduled") {
    const next = { ...event, generation: event.generation + 1, dueAt: outcome.dueAt };
    await ports.dispatcher.addJob(next);
  }
  return true;
}
