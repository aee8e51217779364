import { mostBytesOf } from "@capi-relay/domain";
import type { Lane } from "@capi-relay/queue";
import type { Account } from "@capi-relay/storage";
import { ArrivalPace } from "./arrival-pace.ts";
import { type Clarity, DestinationGate, type GateLimits } from "./destination-gate.ts";
import type { Fate, Refusal } from "./fate.ts";
import { lingerFor } from "./linger.ts";
import { type DeparturePorts, runDeparture } from "./run-departure.ts";
import type { Seats } from "./seats.ts";
import { type Boarding, type Destination, type Passenger, type Waiting, WaitingRooms } from "./waiting-rooms.ts";

export interface AccountQueueOptions extends GateLimits, DeparturePorts {
  /** How long a request waits for company while one other is on its way, in milliseconds; see `lingerFor`. */
  readonly lingerMs: number;
  /** The turns of the fast lane. */
  readonly seats: Pick<Seats, "areBehind" | "startWaiting" | "stopWaiting">;
  readonly now: () => Date;
}

/** While the worker is behind, it is looked at so often whether it still is. Milliseconds. */
const LOOK_AGAIN_MS = 250;

/** The events of one account that wait for a request, and the decision when the next request leaves and with whom. */
export class AccountQueue {
  readonly #options: AccountQueueOptions;
  readonly #onFullHouse: () => void;
  readonly #gate: DestinationGate;
  readonly #rooms = new WaitingRooms();
  readonly #pace = new ArrivalPace();
  #lingerTimer: NodeJS.Timeout | undefined;
  #boardingIsDue = false;
  /** When somebody last came, in milliseconds. */
  #visitedAt = 0;
  /** When a request last came home, by the clock that the pace is told. */
  #homeAt = Number.NEGATIVE_INFINITY;

  /** @param onFullHouse Told when those who wait, in all accounts, take the seats of the company they wait for. */
  constructor(options: AccountQueueOptions, onFullHouse: () => void) {
    this.#options = options;
    this.#onFullHouse = onFullHouse;
    this.#gate = new DestinationGate(options);
  }

  /** A request of this account has been hanging for over a second at `now`, in milliseconds. */
  isSluggish(now: number): boolean {
    return this.#gate.isSluggish(now);
  }

  /** How long nobody has come, in milliseconds at `now`; 0 while anybody waits or is on the way. */
  idleForMs(now: number): number {
    return this.#gate.inFlight === 0 && this.#rooms.isEmpty ? now - this.#visitedAt : 0;
  }

  /** Why an event would be sent away at once; null if it may come. */
  refusalOf(account: Account, lane: Lane): Refusal | null {
    this.#gate.heardUnclear(account.unclearSince);
    if (this.#gate.isProbing && this.#gate.inFlight > 0) return { kind: "turned_away" };
    return lane === "fast" && this.isSluggish(this.#nowMs()) ? { kind: "crowded" } : null;
  }

  /** Resolves when the event has been to Meta, or was sent away; rejects with what stopped its request. */
  enter(destination: Destination, passenger: Passenger): Promise<Fate> {
    this.#visitedAt = this.#nowMs();
    this.#gate.heardUnclear(destination.account.unclearSince);
    const at = performance.now();
    this.#pace.came(at);
    return new Promise((resolve, reject) => {
      const bytes = mostBytesOf(passenger.event, passenger.click);
      this.#rooms.enter(destination, { passenger, bytes, resolve, reject }, at);
      this.#boardSoon();
      if (passenger.lane === "fast" && this.#options.seats.startWaiting() === "fills_the_house") this.#onFullHouse();
    });
  }

  /** Everybody leaves who may, in whatever company there is. */
  leaveUnfilled(): void {
    if (!this.#rooms.isEmpty) this.#board(0);
  }

  /** Those in the fast lane go where they hold nobody up. */
  sendFastLaneAway(): void {
    this.#sendAway(({ lane }) => lane === "fast", { kind: "crowded" });
  }

  /** Sends away everybody who has not departed. Requests on their way come home by themselves. */
  close(): void {
    clearTimeout(this.#lingerTimer);
    this.#sendAway(() => true, { kind: "dismissed" });
  }

  /** On the next turn of the event loop, so that events of one turn share a request. */
  #boardSoon(): void {
    if (this.#boardingIsDue) return;
    this.#boardingIsDue = true;
    setImmediate(() => {
      this.#boardingIsDue = false;
      this.#board();
    });
  }

  /** Lets requests leave as long as one may, and is full or has waited `lingerMs` for company. */
  #board(lingerMs?: number): void {
    const gate = this.#gate;
    for (let capacity = gate.capacity; capacity > 0; capacity = gate.capacity) {
      const boarding = this.#rooms.board(capacity, lingerMs ?? this.#lingerMs(), performance.now());
      if (boarding === null) break;
      this.#depart(boarding);
    }
    if (gate.isProbing) this.#sendAway(() => true, { kind: "turned_away" });
    clearTimeout(this.#lingerTimer);
    if (this.#rooms.isEmpty || gate.capacity === 0) return;
    const mayLeaveIn = this.#rooms.nextIn(this.#lingerMs(), performance.now());
    this.#lingerTimer = setTimeout(() => this.#board(), Math.min(mayLeaveIn, this.#lookAgainMs()));
  }

  #lingerMs(): number {
    const { lingerMs, maxEvents, seats } = this.#options;
    const at = performance.now();
    return lingerFor({
      lingerMs,
      inFlight: this.#gate.inFlight,
      fillsInMs: this.#pace.timeFor(maxEvents, at),
      quietForMs: at - this.#homeAt,
      isBehind: seats.areBehind,
    });
  }

  /** Whoever was expected to fill the request may have stopped coming. */
  #lookAgainMs(): number {
    const { lingerMs, seats } = this.#options;
    if (seats.areBehind) return LOOK_AGAIN_MS;
    const unfilled = { fillsInMs: Number.POSITIVE_INFINITY, quietForMs: 0, isBehind: false };
    return Math.max(lingerMs, lingerFor({ lingerMs, inFlight: this.#gate.inFlight, ...unfilled }));
  }

  #depart(boarding: Boarding): void {
    this.#stopWaiting(boarding.group);
    const isProbe = this.#gate.isProbing;
    const arrived = this.#gate.departs(boarding.group.length);
    const requestLeaves = () => this.#gate.requestLeaves(this.#nowMs());
    const onHome = (clarity: Clarity) => {
      arrived(clarity, this.#options.now());
      this.#homeAt = performance.now();
      this.#board();
    };
    void runDeparture(boarding, { isProbe, requestLeaves, onHome }, this.#options);
  }

  #sendAway(whom: (passenger: Passenger) => boolean, refusal: Refusal): void {
    const away = this.#rooms.sendAway(whom);
    this.#stopWaiting(away);
    for (const { resolve } of away) resolve(refusal);
  }

  #stopWaiting(group: readonly Waiting[]): void {
    this.#options.seats.stopWaiting(group.filter(({ passenger }) => passenger.lane === "fast").length);
  }

  #nowMs(): number {
    return this.#options.now().getTime();
  }
}
