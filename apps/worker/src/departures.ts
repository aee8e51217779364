import type { ChosenClick } from "@capi-relay/domain";
import type { Lane } from "@capi-relay/queue";
import type { Account, LedgerEvent } from "@capi-relay/storage";
import { ArrivalPace } from "./arrival-pace.ts";
import { type Clarity, DestinationGate, type GateLimits } from "./destination-gate.ts";
import type { DepartureReport, Fate, Refusal } from "./fate.ts";
import { lingerFor } from "./linger.ts";
import type { Seats } from "./seats.ts";
import { type Boarding, type Destination, type Passenger, type Waiting, WaitingRooms } from "./waiting-rooms.ts";

export interface DeparturesOptions extends GateLimits {
  /** How long a request waits for company while one other is on its way, in milliseconds; see `lingerFor`. */
  readonly lingerMs: number;
  /** The turns of the fast lane. */
  readonly seats: Pick<Seats, "areBehind" | "startWaiting" | "stopWaiting">;
  /** `requestLeaves` is to be called when a request leaves, and what it returns when that was answered or given up. */
  readonly depart: (
    passengers: readonly Passenger[],
    destination: Destination,
    requestLeaves: () => () => void,
  ) => Promise<DepartureReport>;
  /** The right, among all workers, to try out a destination that gave an unclear answer; null if another has it. */
  readonly takeProbe: (account: Account) => Promise<(() => Promise<void>) | null>;
  /** Tells the other workers what this one has learnt. */
  readonly onClarity: (account: Account, clarity: Exclude<Clarity, "nothing">) => Promise<void>;
  /** Tells those who put events on the queue that requests of this account hang; told anew while it goes on. */
  readonly onSluggish: (accountId: string) => Promise<void>;
  /** Told what went wrong beside the departures themselves. */
  readonly onTrouble: (error: unknown, what: string) => void;
  readonly now: () => Date;
}

interface Stop {
  readonly gate: DestinationGate;
  readonly rooms: WaitingRooms;
  readonly pace: ArrivalPace;
  lingerTimer: NodeJS.Timeout | undefined;
  pumpScheduled: boolean;
  /** When somebody last came, in milliseconds. */
  visitedAt: number;
  /** When a request last came home, by the clock that the pace is told. */
  homeAt: number;
  /** When the others were last told that requests hang, in milliseconds. */
  toldSluggishAt: number;
}

const LOOK_AROUND_MS = 250;
/** Before it is forgotten: see `DestinationControl`. */
const TELL_SLUGGISH_EVERY_MS = 5_000;
/** What is known of a destination is forgotten when nobody has gone there for this long; it then begins slowly again. */
const FORGET_AFTER_MS = 600_000;

/**
 * Gathers events that may share a request and lets requests leave, account by account; accounts are never mixed. Whoever
 * comes gets an answer, whatever happens: to have departed, to have been sent away, or the error that stopped its request.
 */
export class Departures {
  readonly #options: DeparturesOptions;
  readonly #stops = new Map<string, Stop>();
  readonly #watch: NodeJS.Timeout;
  #closed = false;

  constructor(options: DeparturesOptions) {
    this.#options = options;
    // What has arrived is heard first: a timer that is late is no sign of a request that hangs.
    this.#watch = setInterval(() => setImmediate(() => this.#lookAround()), LOOK_AROUND_MS).unref();
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  /** Destinations of which something is known. */
  get size(): number {
    return this.#stops.size;
  }

  /** Why an event of this account would be sent away at once; null if it may come. */
  refusalOf(account: Account, lane: Lane): Refusal | null {
    if (this.#closed) return { kind: "dismissed" };
    const gate = this.#stops.get(account.id)?.gate;
    if (gate === undefined) return null;
    gate.heardUnclear(account.unclearSince);
    if (gate.isProbing && gate.inFlight > 0) return { kind: "turned_away" };
    return lane === "fast" && gate.isSluggish(this.#nowMs()) ? { kind: "crowded" } : null;
  }

  /** Resolves when the event has been to Meta, or must not wait here. */
  async send(event: LedgerEvent, account: Account, click: ChosenClick, lane: Lane): Promise<Fate> {
    const refusal = this.refusalOf(account, lane);
    if (refusal !== null) return refusal;
    const stop = this.#stops.get(account.id) ?? this.#open(account.id);
    stop.visitedAt = this.#nowMs();
    stop.gate.heardUnclear(account.unclearSince);
    const at = performance.now();
    stop.pace.came(at);
    return new Promise((resolve, reject) => {
      stop.rooms.enter(
        { account, testCode: event.testCode },
        { passenger: { event, click, lane }, resolve, reject },
        at,
      );
      this.#pumpSoon(stop);
      if (lane === "fast" && this.#options.seats.startWaiting() === "fills_the_house") {
        setImmediate(() => this.#emptyRooms());
      }
    });
  }

  /** Sends away everybody who has not departed, and lets nobody in any more. Requests on their way come home by themselves. */
  close(): void {
    this.#closed = true;
    clearInterval(this.#watch);
    for (const stop of this.#stops.values()) {
      clearTimeout(stop.lingerTimer);
      this.#sendAway(stop, () => true, { kind: "dismissed" });
    }
  }

  #open(accountId: string): Stop {
    const stop: Stop = {
      gate: new DestinationGate(this.#options),
      rooms: new WaitingRooms(),
      pace: new ArrivalPace(),
      lingerTimer: undefined,
      pumpScheduled: false,
      visitedAt: 0,
      homeAt: Number.NEGATIVE_INFINITY,
      toldSluggishAt: Number.NEGATIVE_INFINITY,
    };
    this.#stops.set(accountId, stop);
    return stop;
  }

  /** On the next turn of the event loop, so that events of one turn share a request. */
  #pumpSoon(stop: Stop): void {
    if (stop.pumpScheduled) return;
    stop.pumpScheduled = true;
    setImmediate(() => {
      stop.pumpScheduled = false;
      this.#pump(stop);
    });
  }

  #pump(stop: Stop, lingerMs?: number): void {
    const { gate, rooms } = stop;
    for (let capacity = gate.capacity; capacity > 0; capacity = gate.capacity) {
      const boarding = rooms.board(capacity, lingerMs ?? this.#lingerMs(stop), performance.now());
      if (boarding === null) break;
      void this.#depart(stop, boarding);
    }
    if (gate.isProbing) this.#sendAway(stop, () => true, { kind: "turned_away" });
    clearTimeout(stop.lingerTimer);
    if (rooms.isEmpty || gate.capacity === 0) return;
    const mayLeaveIn = rooms.nextIn(this.#lingerMs(stop), performance.now());
    stop.lingerTimer = setTimeout(() => this.#pump(stop), Math.min(mayLeaveIn, this.#lookAgainMs(stop)));
  }

  /** Everybody leaves who may, in whatever company there is. */
  #emptyRooms(): void {
    for (const stop of this.#stops.values()) if (!stop.rooms.isEmpty) this.#pump(stop, 0);
  }

  #lingerMs({ gate, pace, homeAt }: Stop): number {
    const { lingerMs, maxEvents, seats } = this.#options;
    const at = performance.now();
    return lingerFor({
      lingerMs,
      inFlight: gate.inFlight,
      fillsInMs: pace.timeFor(maxEvents, at),
      quietForMs: at - homeAt,
      isBehind: seats.areBehind,
    });
  }

  /** Whoever was expected to fill the request may have stopped coming. */
  #lookAgainMs({ gate }: Stop): number {
    const { lingerMs, seats } = this.#options;
    if (seats.areBehind) return LOOK_AROUND_MS;
    const unfilled = { fillsInMs: Number.POSITIVE_INFINITY, quietForMs: 0, isBehind: false };
    return Math.max(lingerMs, lingerFor({ lingerMs, inFlight: gate.inFlight, ...unfilled }));
  }

  #sendAway({ rooms }: Stop, whom: (passenger: Passenger) => boolean, fate: Fate): void {
    const away = rooms.sendAway(whom);
    this.#noLongerWaiting(away);
    answerAll(away, fate);
  }

  #noLongerWaiting(group: readonly Waiting[]): void {
    this.#options.seats.stopWaiting(group.filter(({ passenger }) => passenger.lane === "fast").length);
  }

  async #depart(stop: Stop, { destination, group }: Boarding): Promise<void> {
    const { account } = destination;
    this.#noLongerWaiting(group);
    const isProbe = stop.gate.isProbing;
    const arrived = stop.gate.departs();
    let right: (() => Promise<void>) | null = null;
    let clarity: Clarity = "nothing";
    let answer: () => void;
    try {
      right = isProbe ? await this.#options.takeProbe(account) : null;
      if (isProbe && right === null) {
        answer = () => answerAll(group, { kind: "turned_away" });
      } else {
        const passengers = group.map(({ passenger }) => passenger);
        const requestLeaves = () => stop.gate.requestLeaves(this.#nowMs());
        const departed = await this.#options.depart(passengers, destination, requestLeaves);
        clarity = departed.clarity;
        answer = () => {
          for (const [index, { resolve }] of group.entries()) resolve(departed.results[index] ?? { kind: "stale" });
        };
      }
    } catch (error) {
      answer = () => {
        for (const { reject } of group) reject(error);
      };
    }
    // The gate first: what this worker has learnt must hold here even while it cannot tell the others.
    arrived(clarity, this.#options.now());
    stop.homeAt = performance.now();
    this.#pump(stop);
    await this.#tellOthers(account, clarity, right);
    answer();
  }

  /** Never rejects: the events of the departure are recorded, and no trouble here may send them again. */
  async #tellOthers(account: Account, clarity: Clarity, right: (() => Promise<void>) | null): Promise<void> {
    const { onClarity, onTrouble } = this.#options;
    const isNews = clarity === "unclear" || (clarity === "clear" && account.unclearSince !== null);
    if (isNews) await onClarity(account, clarity).catch((error: unknown) => onTrouble(error, "clarity"));
    // Not given back, it runs out by itself.
    await right?.().catch((error: unknown) => onTrouble(error, "probe"));
  }

  #lookAround(): void {
    const now = this.#nowMs();
    for (const [accountId, stop] of this.#stops) {
      const { gate, rooms, visitedAt } = stop;
      if (gate.isSluggish(now)) {
        void this.#tellSluggish(accountId, stop, now);
        this.#sendAway(stop, ({ lane }) => lane === "fast", { kind: "crowded" });
      } else if (gate.inFlight === 0 && rooms.isEmpty && now - visitedAt > FORGET_AFTER_MS) {
        this.#stops.delete(accountId);
      }
    }
  }

  async #tellSluggish(accountId: string, stop: Stop, now: number): Promise<void> {
    if (now - stop.toldSluggishAt < TELL_SLUGGISH_EVERY_MS) return;
    stop.toldSluggishAt = now;
    const { onSluggish, onTrouble } = this.#options;
    await onSluggish(accountId).catch((error: unknown) => onTrouble(error, "sluggish"));
  }

  #nowMs(): number {
    return this.#options.now().getTime();
  }
}

function answerAll(waiting: readonly Waiting[], fate: Fate): void {
  for (const { resolve } of waiting) resolve(fate);
}
