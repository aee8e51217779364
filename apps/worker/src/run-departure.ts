import type { Account } from "@capi-relay/storage";
import type { Clarity } from "./destination-gate.ts";
import type { DepartureReport } from "./fate.ts";
import type { Boarding, Destination, Passenger, Waiting } from "./waiting-rooms.ts";

/** Gives the right to try out a destination back. */
type GiveBack = () => Promise<void>;

/** What a departure needs from the world. */
export interface DeparturePorts {
  /** Claims, sends and records. Rejects when something of ours stopped it before the request left. */
  readonly depart: (
    passengers: readonly Passenger[],
    destination: Destination,
    requestLeaves: () => () => void,
  ) => Promise<DepartureReport>;
  /** Whether an account as it was read some time ago still says where, with what and whether its events may leave. */
  readonly isCurrent: (account: Account) => Promise<boolean>;
  /** The right, among all workers, to try out a destination that gave an unclear answer; null if another has it. */
  readonly takeProbe: (account: Account) => Promise<GiveBack | null>;
  /** Tells the other workers what this one has learnt. */
  readonly onClarity: (account: Account, clarity: Exclude<Clarity, "nothing">) => Promise<void>;
  /** Told what went wrong beside the departures themselves. */
  readonly onTrouble: (error: unknown, what: string) => void;
}

/** What a departure needs from the queue that it leaves. */
export interface DepartureStart {
  /** The destination's last answer was unclear: only with the right to try it out may the request leave. */
  readonly isProbe: boolean;
  /** To be called when a request leaves, and what it returns when that was answered or given up. */
  readonly requestLeaves: () => () => void;
  /** Told once, as soon as the departure is over and before anybody else hears of it. */
  readonly onHome: (clarity: Clarity) => void;
}

/** Takes the events of one request to Meta and back. Everybody gets an answer, whatever happens; never rejects. */
export async function runDeparture(boarding: Boarding, start: DepartureStart, ports: DeparturePorts): Promise<void> {
  const { clarity, giveBack, answer } = await goAndReturn(boarding, start, ports);
  // The queue first: what this worker has learnt must hold here even while it cannot tell the others.
  start.onHome(clarity);
  await tellOthers(boarding.destination.account, clarity, giveBack, ports);
  for (const [index, waiting] of boarding.group.entries()) answer(waiting, index);
}

interface Journey {
  readonly clarity: Clarity;
  /** Null unless it was a probe that had the right. */
  readonly giveBack: GiveBack | null;
  /** Tells whoever waits for the passenger at that place of the group what became of it. */
  readonly answer: (waiting: Waiting, index: number) => void;
}

async function goAndReturn(
  { destination, group }: Boarding,
  { isProbe, requestLeaves }: DepartureStart,
  { isCurrent, takeProbe, depart }: DeparturePorts,
): Promise<Journey> {
  let giveBack: GiveBack | null = null;
  try {
    if (!(await isCurrent(destination.account))) {
      return { clarity: "nothing", giveBack, answer: ({ resolve }) => resolve({ kind: "outdated" }) };
    }
    giveBack = isProbe ? await takeProbe(destination.account) : null;
    if (isProbe && giveBack === null) {
      return { clarity: "nothing", giveBack, answer: ({ resolve }) => resolve({ kind: "turned_away" }) };
    }
    const passengers = group.map(({ passenger }) => passenger);
    const { results, clarity } = await depart(passengers, destination, requestLeaves);
    return { clarity, giveBack, answer: ({ resolve }, index) => resolve(results[index] ?? { kind: "stale" }) };
  } catch (error) {
    return { clarity: "nothing", giveBack, answer: ({ reject }) => reject(error) };
  }
}

/** Never rejects: the events of the departure are recorded, and no trouble here may send them again. */
async function tellOthers(
  account: Account,
  clarity: Clarity,
  giveBack: GiveBack | null,
  { onClarity, onTrouble }: DeparturePorts,
): Promise<void> {
  const isNews = clarity === "unclear" || (clarity === "clear" && account.unclearSince !== null);
  if (isNews) await onClarity(account, clarity).catch((error: unknown) => onTrouble(error, "clarity"));
  // Not given back, it runs out by itself.
  await giveBack?.().catch((error: unknown) => onTrouble(error, "probe"));
}
