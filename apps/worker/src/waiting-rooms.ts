import type { ChosenClick, Opened } from "@capi-relay/domain";
import type { Lane } from "@capi-relay/queue";
import type { Account, LedgerEvent } from "@capi-relay/storage";
import type { Fate } from "./fate.ts";

/** An event on its way to the request that takes it to Meta. */
export interface Passenger {
  readonly event: Opened<LedgerEvent>;
  readonly click: ChosenClick;
  readonly lane: Lane;
}

/** What the events of one request have in common: Meta's address, the token, and what stands beside `data`. */
export interface Destination {
  readonly account: Account;
  readonly testCode: string | null;
}

/** A passenger and whoever waits to hear what became of it. */
export interface Waiting {
  readonly passenger: Passenger;
  /** The most that its event takes up in a request. */
  readonly bytes: number;
  readonly resolve: (fate: Fate) => void;
  readonly reject: (error: unknown) => void;
}

export interface Boarding {
  readonly destination: Destination;
  readonly group: Waiting[];
}

interface Room {
  destination: Destination;
  readonly waiting: Waiting[];
  /** For one event alone, which no company can come to. */
  readonly isLone: boolean;
  /** When its present company began to gather, in milliseconds. */
  readonly since: number;
}

/**
 * What events may take up together in one request. Meta names no limit, but servers before it may: one that refuses a
 * request for its size answers in its own words, which leaves open whether Meta has the events. 1 MB is what they take
 * as a rule, and room for some nine hundred ordinary events.
 */
const MAX_REQUEST_BYTES = 1_000_000;

/** Those who wait for a request of one account: one room for each kind of request, served in turn. */
export class WaitingRooms {
  // A Map keeps the order of insertion: the first room is the one whose turn it is.
  readonly #rooms = new Map<string, Room>();

  get isEmpty(): boolean {
    return this.#rooms.size === 0;
  }

  /** All moments are in milliseconds, of one clock that never goes back. */
  enter(destination: Destination, waiting: Waiting, at: number): void {
    const isLone = mustGoAlone(waiting.passenger);
    const key = requestKey(destination, isLone ? waiting.passenger.event.id : null);
    const room = this.#rooms.get(key);
    if (room === undefined) {
      this.#rooms.set(key, { destination, waiting: [waiting], isLone, since: at });
      return;
    }
    // What matters to the request is the same; the rest of the account should be as it was read last.
    room.destination = destination;
    room.waiting.push(waiting);
  }

  /** Up to `max` of the room whose turn it is, among those that fill a request and those that waited `lingerMs`. */
  board(max: number, lingerMs: number, at: number): Boarding | null {
    for (const [key, room] of this.#rooms) {
      const size = fitting(room.waiting, max);
      const isFull = size === max || size < room.waiting.length;
      if (!isFull && !room.isLone && at - room.since < lingerMs) continue;
      const group = room.waiting.splice(0, size);
      this.#rooms.delete(key);
      if (room.waiting.length > 0) this.#rooms.set(key, { ...room, since: at });
      return { destination: room.destination, group };
    }
    return null;
  }

  /** In how many milliseconds the first of them will have waited long enough. */
  nextIn(lingerMs: number, at: number): number {
    const first = Math.min(...[...this.#rooms.values()].map(({ since }) => since));
    return Math.max(0, first + lingerMs - at);
  }

  /** Sends away all of whom `whom` says so. */
  sendAway(whom: (passenger: Passenger) => boolean): Waiting[] {
    const away: Waiting[] = [];
    for (const [key, room] of this.#rooms) {
      const staying = room.waiting.filter((one) => !whom(one.passenger));
      away.push(...room.waiting.filter((one) => whom(one.passenger)));
      if (staying.length === 0) this.#rooms.delete(key);
      else this.#rooms.set(key, { ...room, waiting: staying });
    }
    return away;
  }
}

/** How many of those who came first share a request: at most `max`, and one of any size. */
function fitting(waiting: readonly Waiting[], max: number): number {
  let bytes = 0;
  const tooMuch = waiting.slice(0, max).findIndex((one) => {
    bytes += one.bytes;
    return bytes > MAX_REQUEST_BYTES;
  });
  return tooMuch === -1 ? Math.min(max, waiting.length) : Math.max(1, tooMuch);
}

/** Events may share a request only if all of this is the same. */
function requestKey({ account, testCode }: Destination, loneEventId: string | null): string {
  return JSON.stringify([
    account.datasetId,
    account.tokenVersion,
    account.partnerAgent,
    // A busy room never empties, so whoever changes the policy needs a new one.
    account.unknownOutcome,
    testCode,
    loneEventId,
  ]);
}

/**
 * It was in a request that Meta refused for one of its events, and nobody found out for which; or workers died while
 * they had it. Either way it must not take others along.
 */
function mustGoAlone({ event: { attempts }, lane }: Passenger): boolean {
  return lane === "alone" || attempts.at(-1)?.reason === "neighbour_rejected";
}
