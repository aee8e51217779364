import {
  blamesAnEvent,
  type GraphAnswer,
  isPastDeadline,
  judgeGraphAnswer,
  toMetaEvent,
  toMetaRequest,
} from "@capi-relay/domain";
import { type PartResult, sendInParts } from "@capi-relay/meta";
import type { Account, TurnResult } from "@capi-relay/storage";
import { actOnDestination, type DestinationPorts, switchesNameOff } from "./act-on-destination.ts";
import type { Clarity } from "./destination-gate.ts";
import type { DepartureReport, Fate } from "./fate.ts";
import { type Hold, type HoldPorts, holdClaim } from "./hold-claim.ts";
import { type JudgedPart, judgePart } from "./judge-part.ts";
import { untilItLands } from "./until-it-lands.ts";
import type { Destination, Passenger } from "./waiting-rooms.ts";

/** What one departure needs from the world. */
export interface DepartPorts extends HoldPorts, DestinationPorts {
  readonly ledger: HoldPorts["ledger"] & { record(id: string, token: string, result: TurnResult): Promise<void> };
  readonly destinations: DestinationPorts["destinations"] & { openToken(account: Account): string };
  readonly graph: {
    postEvents(request: {
      datasetId: string;
      accessToken: string;
      body: object;
      onTurn: () => void;
    }): Promise<GraphAnswer>;
  };
  /** Told when a request leaves; what it returns is told of the answer. */
  readonly requestLeaves: () => () => void;
  /** One wide line per attempt. */
  readonly logAttempt: (passenger: Passenger, judged: Pick<JudgedPart, "outcome" | "attempt">) => void;
  /** Chance, in [0, 1). */
  readonly jitter: () => number;
  /** True once this worker is to stop: a refused batch is then not halved any further. */
  readonly isClosing: () => boolean;
  /** Whether more may leave for an account for which something has left already. */
  readonly mayGoOn: (account: Account) => Promise<boolean>;
}

/** A refused request is halved at most this often and this long (milliseconds) to find the event that is to blame. */
const BISECTING = { maxRequests: 16, maxMs: 45_000 } as const;

/**
 * One departure: claim the events, send them together, and as soon as it is certain what Meta says of some of them, act
 * on what that means for the destination and record each of these.
 */
export async function depart(
  passengers: readonly Passenger[],
  destination: Destination,
  ports: DepartPorts,
): Promise<DepartureReport> {
  // Before anything is claimed: a token that cannot be opened must not leave events behind as if they were being sent.
  const accessToken = ports.destinations.openToken(destination.account);
  const hold = await holdClaim(passengers, ports);
  try {
    const leaving = await letLatecomersGo(hold, ports);
    const judged: JudgedPart[] = [];
    const recorded: Promise<void>[] = [];
    for await (const part of send(leaving, hold, destination, accessToken, ports)) {
      const some = part.map((one) =>
        judgePart(one, { account: destination.account, accessToken }, ports.now(), ports.jitter(), ports.delayScale),
      );
      judged.push(...some);
      // Beside the next request: halving takes up to 45 seconds, in which a worker may die.
      recorded.push(actAndRecord(some, destination.account, hold.token, ports));
    }
    await Promise.all(recorded);
    const results = new Map<Passenger, Fate>([
      ...hold.boarded.map((passenger) => [passenger, { kind: "outdated" }] as const),
      ...judged.map(({ passenger, outcome }) => [passenger, { kind: "ended", outcome }] as const),
    ]);
    return {
      results: passengers.map((passenger) => results.get(passenger) ?? { kind: "stale" }),
      clarity: clarityOf(judged),
    };
  } finally {
    hold.end();
  }
}

/**
 * Gives those back, unsent and to be judged anew, whose time ran out while they were claimed: one of them must not spoil
 * the request for the others. All of them, if the claim itself is about to run out. Returns those that may leave.
 */
async function letLatecomersGo({ boarded, token, mayBeginRequest }: Hold, ports: DepartPorts): Promise<Passenger[]> {
  const isInTime = ({ event }: Passenger) => mayBeginRequest() && !isPastDeadline(event.expiresAt, ports.now());
  const { leaving = [], late = [] } = Object.groupBy(boarded, (one) => (isInTime(one) ? "leaving" : "late"));
  if (late.length > 0) {
    const ids = late.map(({ event }) => event.id);
    await ports.ledger.release(ids, token);
  }
  return leaving;
}

function send(
  leaving: readonly Passenger[],
  { mayBeginRequest }: Hold,
  { account, testCode }: Destination,
  accessToken: string,
  ports: DepartPorts,
): AsyncIterable<PartResult<Passenger>[]> {
  const isLate = ({ event }: Passenger) => isPastDeadline(event.expiresAt, ports.now());
  const mayLeave = (part: readonly Passenger[]) => mayBeginRequest() && !part.some(isLate);
  const post = async (part: readonly Passenger[]): Promise<GraphAnswer> => {
    if (!mayLeave(part)) return { kind: "not_sent", cause: "out_of_time" };
    const events = part.map(({ event, click }) => toMetaEvent(event, click, account.wabaId));
    const body = toMetaRequest(events, { testCode, partnerAgent: account.partnerAgent });
    // What it waits before, it waits for us.
    let answered = () => {};
    const onTurn = () => {
      answered = ports.requestLeaves();
    };
    return ports.graph
      .postEvents({ datasetId: account.datasetId ?? "", accessToken, body, onTurn })
      .finally(() => answered());
  };
  return sendInParts(leaving, post, {
    ...BISECTING,
    blames: (answer, sent) => {
      const verdict = judgeGraphAnswer(answer, sent);
      return blamesAnEvent(verdict) && !(haveOneName(leaving) && switchesNameOff(verdict));
    },
    // Halving takes its time: whoever is too late by now ends here, and the others of its part go with their next turn.
    isCutShort: async (part) => ports.isClosing() || !mayLeave(part) || !(await mayGoOn(account, ports)),
    now: () => ports.now().getTime(),
  });
}

/** What the ledger's side cannot tell now is no leave to send. */
async function mayGoOn(account: Account, ports: DepartPorts): Promise<boolean> {
  return ports.mayGoOn(account).catch((error: unknown) => {
    ports.logTrouble(error, "account");
    return false;
  });
}

/** Refused for a name that all of them have, so there is no innocent one to look for. */
const haveOneName = (passengers: readonly Passenger[]): boolean =>
  new Set(passengers.map(({ event }) => event.eventName)).size === 1;

/** An unclear answer counts most: whatever leaves next may be counted unseen. */
function clarityOf(judged: readonly JudgedPart[]): Clarity {
  if (judged.some(({ verdict }) => verdict.kind === "ambiguous")) return "unclear";
  return judged.some(({ answer }) => answer.kind !== "not_sent") ? "clear" : "nothing";
}

/** Never rejects. */
async function actAndRecord(
  judged: readonly JudgedPart[],
  account: Account,
  token: string,
  ports: DepartPorts,
): Promise<void> {
  await actOnDestination(judged, account, ports);
  await Promise.all(judged.map((one) => record(one, token, ports)));
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
