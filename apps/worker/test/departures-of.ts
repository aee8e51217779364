import type { ChosenClick } from "@capi-relay/domain";
import type { Lane } from "@capi-relay/queue";
import type { Account, LedgerEvent } from "@capi-relay/storage";
import { aLedgerEvent, anAccount } from "@capi-relay/storage/builders";
import { expect, onTestFinished, vi } from "vitest";
import { Departures, type DeparturesOptions } from "../src/departures.ts";
import type { Clarity } from "../src/destination-gate.ts";
import type { PassengerResult } from "../src/fate.ts";
import { Seats, type SeatsOptions } from "../src/seats.ts";
import type { Destination, Passenger } from "../src/waiting-rooms.ts";

const CLICK: ChosenClick = { ctwaClid: "x", conversationId: null, adId: null, clickedAt: null, matchedBy: "request" };
export const DELIVERED: PassengerResult = { kind: "ended", outcome: { status: "delivered", reason: null } };
export const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

interface Left {
  readonly passengers: readonly Passenger[];
  readonly destination: Destination;
  readonly arrive: (clarity: Clarity) => void;
  readonly crash: (error: Error) => void;
}

/** So many turns are under way, until `end`. */
export function takenSeats(options: SeatsOptions, taken: number) {
  const seats = new Seats(options);
  const turns: (() => void)[] = [];
  for (let turn = 0; turn < taken; turn += 1) void seats.takeFor(() => new Promise<void>((end) => turns.push(end)));
  const end = async (count: number) => {
    for (const over of turns.splice(0, count)) over();
    await nextTurn();
  };
  return { seats, end };
}

export function departuresOf(options: Partial<DeparturesOptions> = {}, answer: Clarity | "by hand" = "clear") {
  const left: Left[] = [];
  let underWay = 0;
  let most = 0;
  const world = {
    takeProbe: vi.fn(
      async (_account: Account): Promise<(() => Promise<void>) | null> =>
        async () => {},
    ),
    isCurrent: vi.fn(async (_account: Account) => true),
    onClarity: vi.fn(async () => {}),
    onSluggish: vi.fn(async (_accountId: string) => {}),
    onTrouble: vi.fn(),
    clock: Date.now(),
  };
  const departures = new Departures({
    depart: async (passengers, destination, requestLeaves) => {
      const answered = requestLeaves();
      underWay += 1;
      most = Math.max(most, underWay);
      try {
        const clarity = await new Promise<Clarity>((arrive, crash) => {
          left.push({ passengers, destination, arrive, crash });
          if (answer !== "by hand") setImmediate(() => arrive(answer));
        });
        return { results: passengers.map(() => DELIVERED), clarity };
      } finally {
        answered();
        underWay -= 1;
      }
    },
    isCurrent: (account) => world.isCurrent(account),
    takeProbe: (account) => world.takeProbe(account),
    onClarity: world.onClarity,
    onSluggish: world.onSluggish,
    onTrouble: world.onTrouble,
    now: () => new Date(world.clock),
    maxEvents: 100,
    lingerMs: 5,
    maxInFlight: 2,
    seats: new Seats({ count: 2_000, maxEvents: 100 }),
    ...options,
  });
  onTestFinished(() => departures.close());
  const send = (account: Account = anAccount(), changes: Partial<LedgerEvent> = {}, lane: Lane = "fast") =>
    departures.send(aLedgerEvent(changes), account, CLICK, lane);
  const sizes = () => left.map(({ passengers }) => passengers.length);
  /** The account's destination has answered clearly once. */
  const proven = async () => {
    const first = send();
    await vi.waitFor(() => expect(left).toHaveLength(1));
    left.shift()?.arrive("clear");
    await first;
  };
  return { departures, left, send, sizes, proven, world, mostUnderWay: () => most };
}
