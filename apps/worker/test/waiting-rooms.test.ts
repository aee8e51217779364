import type { ChosenClick } from "@capi-relay/domain";
import { anAttempt } from "@capi-relay/domain/builders";
import { LANES } from "@capi-relay/queue";
import { aLedgerEvent, anAccount } from "@capi-relay/storage/builders";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Boarding, type Destination, type Passenger, WaitingRooms } from "../src/waiting-rooms.ts";

const CLICK: ChosenClick = { ctwaClid: "x", conversationId: null, adId: null, clickedAt: null, matchedBy: "request" };
const MAX = 5;

interface Guest {
  readonly passenger: Passenger;
  readonly destination: Destination;
}

const guests = fc.array(
  fc
    .record({
      datasetId: fc.constantFrom("1", "2"),
      tokenVersion: fc.constantFrom(1, 2),
      testCode: fc.constantFrom(null, "TEST1"),
      lane: fc.constantFrom(...LANES),
      wasRefusedBesideOthers: fc.boolean(),
    })
    .map(({ datasetId, tokenVersion, testCode, lane, wasRefusedBesideOthers }): Guest => {
      const attempts = wasRefusedBesideOthers ? [anAttempt({ reason: "neighbour_rejected" })] : [];
      return {
        passenger: { event: aLedgerEvent({ testCode, attempts }), click: CLICK, lane },
        destination: { account: anAccount({ datasetId, tokenVersion }), testCode },
      };
    }),
  { maxLength: 40 },
);

const LINGER_MS = 10;

const enter = (rooms: WaitingRooms, { passenger, destination }: Guest, at = 0, bytes = 1_000) =>
  rooms.enter(destination, { passenger, bytes, resolve: () => {}, reject: () => {} }, at);

const kindOf = ({ account, testCode }: Destination) => [account.datasetId, account.tokenVersion, testCode].join();
const goesAlone = ({ lane, event }: Passenger) => lane === "alone" || event.attempts.length > 0;

test("everybody boards once, nobody with another kind, and who must go alone goes alone", () => {
  fc.assert(
    fc.property(guests, (all) => {
      const rooms = new WaitingRooms();
      const boardings: Boarding[] = [];
      const boardSome = (lingerMs: number) => {
        for (let next = rooms.board(MAX, lingerMs, 0); next !== null; next = rooms.board(MAX, lingerMs, 0))
          boardings.push(next);
      };
      for (const guest of all) {
        enter(rooms, guest);
        boardSome(LINGER_MS);
      }
      expect(
        boardings.every(({ group }) => group.length === MAX || group.every((one) => goesAlone(one.passenger))),
      ).toBe(true);
      boardSome(0);
      expect(rooms.isEmpty).toBe(true);
      const boarded = boardings.flatMap(({ group }) => group.map(({ passenger }) => passenger.event.id));
      expect(boarded.toSorted()).toEqual(all.map(({ passenger }) => passenger.event.id).toSorted());
      for (const { destination, group } of boardings) {
        const together = all.filter(({ passenger }) => group.some((one) => one.passenger === passenger));
        expect(new Set(together.map((guest) => kindOf(guest.destination)))).toEqual(new Set([kindOf(destination)]));
        expect(group.length <= MAX).toBe(true);
        if (group.some(({ passenger }) => goesAlone(passenger))) expect(group).toHaveLength(1);
      }
    }),
  );
});

test("whoever is sent away is no longer there, and all others are", () => {
  fc.assert(
    fc.property(guests, (all) => {
      const rooms = new WaitingRooms();
      for (const guest of all) enter(rooms, guest);
      const away = rooms.sendAway(({ lane }) => lane === "fast").map(({ passenger }) => passenger);
      const expected = all.filter(({ passenger }) => passenger.lane === "fast").map(({ passenger }) => passenger);
      expect(new Set(away)).toEqual(new Set(expected));
      const left: Passenger[] = [];
      for (let next = rooms.board(MAX, 0, 0); next !== null; next = rooms.board(MAX, 0, 0))
        left.push(...next.group.map(({ passenger }) => passenger));
      expect(left).toHaveLength(all.length - away.length);
      expect(left.some(({ lane }) => lane === "fast")).toBe(false);
    }),
  );
});

test("a room that has waited long enough is served although it is not full, and whoever comes next waits anew", () => {
  const rooms = new WaitingRooms();
  const guest = (): Guest => ({
    passenger: { event: aLedgerEvent(), click: CLICK, lane: "fast" },
    destination: { account: anAccount(), testCode: null },
  });
  enter(rooms, guest(), 100);
  expect(rooms.board(MAX, LINGER_MS, 104)).toBeNull();
  expect(rooms.nextIn(LINGER_MS, 104)).toBe(6);
  enter(rooms, guest(), 109);
  expect(rooms.board(MAX, LINGER_MS, 110)?.group).toHaveLength(2);
  enter(rooms, guest(), 111);
  expect(rooms.board(MAX, LINGER_MS, 112)).toBeNull();
});

test("rooms are served in turn, so that a busy one keeps no other waiting", () => {
  const rooms = new WaitingRooms();
  const guest = (testCode: string | null): Guest => ({
    passenger: { event: aLedgerEvent({ testCode }), click: CLICK, lane: "fast" },
    destination: { account: anAccount(), testCode },
  });
  for (let n = 0; n < 20; n += 1) enter(rooms, guest(null));
  enter(rooms, guest("TEST1"));
  const turns = [rooms.board(MAX, 0, 0), rooms.board(MAX, 0, 0)];
  expect(turns.map((turn) => turn?.destination.testCode)).toEqual([null, "TEST1"]);
});

test("a request goes by the account as it was read last", () => {
  const rooms = new WaitingRooms();
  const since = new Date();
  for (const unclearSince of [since, null]) {
    enter(rooms, {
      passenger: { event: aLedgerEvent(), click: CLICK, lane: "fast" },
      destination: { account: anAccount({ unclearSince }), testCode: null },
    });
  }
  expect(rooms.board(MAX, 0, 0)?.destination.account.unclearSince).toBeNull();
});

test("a request ends before it exceeds a megabyte, and leaves at once; an event of any size finds a place in one", () => {
  const rooms = new WaitingRooms();
  const guest = (): Guest => ({
    passenger: { event: aLedgerEvent(), click: CLICK, lane: "fast" },
    destination: { account: anAccount(), testCode: null },
  });
  const sizes = [400_000, 600_000, 1, 2_000_000, 500_000, 500_000];
  for (const bytes of sizes) enter(rooms, guest(), 0, bytes);
  const groups: number[] = [];
  for (let next = rooms.board(MAX, LINGER_MS, 0); next !== null; next = rooms.board(MAX, LINGER_MS, 0))
    groups.push(next.group.length);
  // The last two just fit, so they wait for company: nobody knows yet that it will not come.
  expect(groups).toEqual([2, 1, 1]);
  expect(rooms.board(MAX, LINGER_MS, LINGER_MS)?.group).toHaveLength(2);
});
