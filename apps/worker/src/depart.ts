import { randomBytes } from "node:crypto";
import type { EventReason } from "@capi-relay/contract";
import { blamesAnEvent, type GraphAnswer, judgeGraphAnswer, toMetaEvent, toMetaRequest } from "@capi-relay/domain";
import { type PartResult, sendInParts } from "@capi-relay/meta";
import type { Account, EventRef, TurnResult } from "@capi-relay/storage";
import type { Turn } from "./deliver-event.ts";
import type { Destination, Passenger } from "./departures.ts";
import { type JudgedPart, judgePart } from "./judge-part.ts";
import { untilItLands } from "./until-it-lands.ts";

/** What one departure needs from the world. */
export interface DepartPorts {
  readonly ledger: {
    claim(refs: readonly EventRef[], token: string, leaseMs: number, now: Date): Promise<Set<string>>;
    renew(ids: readonly string[], token: string, leaseMs: number): Promise<void>;
    release(ids: readonly string[], token: string): Promise<void>;
    record(id: string, token: string, result: TurnResult): Promise<void>;
  };
  readonly destinations: {
    openToken(account: Account): string;
    /** Stops the account, if it still uses the token that was refused. */
    pause(account: Account, reason: EventReason): Promise<void>;
    /** Lets nothing of the account leave before `until`. */
    throttle(account: Account, until: Date): Promise<void>;
  };
  readonly graph: {
    postEvents(request: { datasetId: string; accessToken: string; body: object }): Promise<GraphAnswer>;
  };
  /** One wide line per attempt. */
  readonly logAttempt: (passenger: Passenger, judged: Pick<JudgedPart, "outcome" | "attempt">) => void;
  readonly logTrouble: (error: unknown, what: string) => void;
  readonly now: () => Date;
  /** Chance, in [0, 1). */
  readonly jitter: () => number;
  /** Shortens our own delays alike, for demonstrations and tests; 1 in earnest. */
  readonly delayScale: number;
  /** How long a claim holds without renewal, in milliseconds by MongoDB's clock. */
  readonly leaseMs: number;
}

/** A refused request is halved at most this often and this long (milliseconds) to find the event that is to blame. */
const BISECTING = { maxRequests: 16, maxMs: 45_000 } as const;
const RENEWALS_PER_LEASE = 3;

/** One departure: claim the events, send them together, act on what Meta says of the destination, record each event. */
export async function depart(
  passengers: readonly Passenger[],
  { account, testCode }: Destination,
  ports: DepartPorts,
): Promise<Turn[]> {
  // Before anything is claimed: a token that cannot be opened must not leave events behind as if they were being sent.
  const accessToken = ports.destinations.openToken(account);
  const token = randomBytes(16).toString("base64url");
  const boarded = await board(passengers, token, ports);
  const claim = keepClaim(boarded, token, ports);
  try {
    const parts = await send(boarded, { account, testCode }, accessToken, ports);
    const judged = parts.map((part) => judgePart(part, account, ports.now(), ports.jitter(), ports.delayScale));
    await actOnDestination(judged, account, ports);
    await Promise.all(judged.map((one) => record(one, token, ports)));
    const turns = new Map(
      judged.map((one): [Passenger, Turn] => [one.passenger, { kind: "ended", outcome: one.outcome }]),
    );
    return passengers.map((passenger) => turns.get(passenger) ?? { kind: "stale" });
  } finally {
    clearInterval(claim);
  }
}

/** Those whose claim was won. Two jobs may carry one event: only the first of them boards. */
async function board(passengers: readonly Passenger[], token: string, ports: DepartPorts): Promise<Passenger[]> {
  const firstOfEach = new Map(passengers.toReversed().map((passenger) => [passenger.event.id, passenger]));
  const refs = [...firstOfEach.values()].map(({ event: { id, generation } }) => ({ id, generation }));
  try {
    const won = await ports.ledger.claim(refs, token, ports.leaseMs, ports.now());
    return passengers.filter(
      (passenger) => won.has(passenger.event.id) && firstOfEach.get(passenger.event.id) === passenger,
    );
  } catch (error) {
    // The claim may have been made all the same; if this fails too, its lease runs out and the sweeper has it.
    await ports.ledger
      .release(
        refs.map((ref) => ref.id),
        token,
      )
      .catch((failure: unknown) => ports.logTrouble(failure, "release"));
    throw error;
  }
}

function keepClaim(boarded: readonly Passenger[], token: string, ports: DepartPorts): NodeJS.Timeout | undefined {
  if (boarded.length === 0) return undefined;
  const ids = boarded.map(({ event }) => event.id);
  return setInterval(() => {
    ports.ledger.renew(ids, token, ports.leaseMs).catch((error: unknown) => ports.logTrouble(error, "renew"));
  }, ports.leaseMs / RENEWALS_PER_LEASE);
}

async function send(
  boarded: readonly Passenger[],
  { account, testCode }: Destination,
  accessToken: string,
  ports: DepartPorts,
): Promise<PartResult<Passenger>[]> {
  const post = (part: readonly Passenger[]): Promise<GraphAnswer> => {
    const events = part.map(({ event, click }) => toMetaEvent(event, click, account.wabaId));
    const body = toMetaRequest(events, { testCode, partnerAgent: account.partnerAgent });
    return ports.graph.postEvents({ datasetId: account.datasetId ?? "", accessToken, body });
  };
  return sendInParts(boarded, post, {
    ...BISECTING,
    blames: (answer, sent) => blamesAnEvent(judgeGraphAnswer(answer, sent)),
    now: () => ports.now().getTime(),
  });
}

/** Some answers speak of the account, not of the event: then none of its events should leave for now. Once per answer. */
async function actOnDestination(judged: readonly JudgedPart[], account: Account, ports: DepartPorts): Promise<void> {
  const onePerAnswer = new Map(judged.map((one) => [one.answer, one])).values();
  for (const { answer, verdict, outcome } of onePerAnswer) {
    try {
      if (verdict.kind === "pause") await ports.destinations.pause(account, verdict.reason);
      if (verdict.kind === "throttle" && "dueAt" in outcome) await ports.destinations.throttle(account, outcome.dueAt);
      if (answer.kind === "counted" && answer.slowDownMs !== null) {
        await ports.destinations.throttle(account, new Date(ports.now().getTime() + answer.slowDownMs));
      }
    } catch (error) {
      // The next event of the account meets the same answer and tries again.
      ports.logTrouble(error, verdict.kind);
    }
  }
}

/** Nothing may be forgotten now: Meta has the event, or has refused it. */
async function record({ passenger, outcome, attempt }: JudgedPart, token: string, ports: DepartPorts): Promise<void> {
  const { event, click } = passenger;
  await untilItLands(
    () => ports.ledger.record(event.id, token, { outcome, attempt, click }),
    (error) => ports.logTrouble(error, "record"),
  );
  ports.logAttempt(passenger, { outcome, attempt });
}
