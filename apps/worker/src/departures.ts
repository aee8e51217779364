import { Coalescer } from "@capi-relay/coalesce";
import type { ChosenClick } from "@capi-relay/domain";
import type { Account, LedgerEvent } from "@capi-relay/storage";
import type { Turn } from "./deliver-event.ts";

/** An event on its way to the request that takes it to Meta. */
export interface Passenger {
  readonly event: LedgerEvent;
  readonly click: ChosenClick;
}

/** What the events of one request have in common: Meta's address, the token, and what stands beside `data`. */
export interface Destination {
  readonly account: Account;
  readonly testCode: string | null;
}

export interface DepartureLimits {
  /** Events in one request. */
  readonly maxEvents: number;
  /** How long a request waits for company under load, in milliseconds. */
  readonly lingerMs: number;
  /** Requests on their way to one destination at a time. */
  readonly maxInFlight: number;
}

type Depart = (passengers: readonly Passenger[], destination: Destination) => Promise<Turn[]>;

/** Gathers events that may share a request, one waiting room per destination; accounts are never mixed. */
export class Departures {
  readonly #depart: Depart;
  readonly #limits: DepartureLimits;
  readonly #waitingRooms = new Map<string, Coalescer<Passenger, Turn>>();

  constructor(depart: Depart, limits: DepartureLimits) {
    this.#depart = depart;
    this.#limits = limits;
  }

  async send(event: LedgerEvent, account: Account, click: ChosenClick): Promise<Turn> {
    const destination = { account, testCode: event.testCode };
    const key = batchKey(destination, mustGoAlone(event) ? event.id : null);
    const room = this.#waitingRooms.get(key) ?? this.#open(key, destination);
    try {
      return await room.submit({ event, click });
    } finally {
      // Thousands of accounts come and go; an empty room costs nothing to open again.
      if (room.depth === 0) this.#waitingRooms.delete(key);
    }
  }

  #open(key: string, destination: Destination): Coalescer<Passenger, Turn> {
    const { maxEvents, lingerMs, maxInFlight } = this.#limits;
    const room = new Coalescer<Passenger, Turn>((passengers) => this.#depart(passengers, destination), {
      maxItems: maxEvents,
      maxInFlight,
      lingerMs,
    });
    this.#waitingRooms.set(key, room);
    return room;
  }
}

/** Events may share a request only if all of this is the same. */
function batchKey({ account, testCode }: Destination, loneEventId: string | null): string {
  return JSON.stringify([
    account.id,
    account.datasetId,
    account.tokenVersion,
    account.partnerAgent,
    // A busy room never empties, so whoever changes the policy needs a new one.
    account.unknownOutcome,
    testCode,
    loneEventId,
  ]);
}

/** It was in a request that Meta refused for one of its events, and nobody found out for which. */
function mustGoAlone({ attempts }: LedgerEvent): boolean {
  return attempts.at(-1)?.reason === "neighbour_rejected";
}
