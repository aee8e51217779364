import type { ChosenClick } from "@capi-relay/domain";
import { anAttempt } from "@capi-relay/domain/builders";
import type { Account } from "@capi-relay/storage";
import { aLedgerEvent, anAccount } from "@capi-relay/storage/builders";
import { expect, test } from "vitest";
import type { Turn } from "../src/deliver-event.ts";
import { Departures, type Destination, type Passenger } from "../src/departures.ts";

const CLICK: ChosenClick = { ctwaClid: "x", conversationId: null, adId: null, clickedAt: null, matchedBy: "request" };
const DELIVERED: Turn = { kind: "ended", outcome: { status: "delivered", reason: null } };

function departuresOf(limits: object = {}) {
  const left: { passengers: readonly Passenger[]; destination: Destination }[] = [];
  let underWay = 0;
  let most = 0;
  const departures = new Departures(
    async (passengers, destination) => {
      left.push({ passengers, destination });
      underWay += 1;
      most = Math.max(most, underWay);
      await new Promise((resolve) => setImmediate(resolve));
      underWay -= 1;
      return passengers.map(() => DELIVERED);
    },
    { maxEvents: 100, lingerMs: 5, maxInFlight: 2, ...limits },
  );
  const send = (account: Account, changes: Parameters<typeof aLedgerEvent>[0] = {}) =>
    departures.send(aLedgerEvent(changes), account, CLICK);
  return { left, send, mostUnderWay: () => most };
}

test("events of one destination share a request", async () => {
  const { left, send } = departuresOf();
  await Promise.all(Array.from({ length: 30 }, () => send(anAccount())));
  expect(left.map(({ passengers }) => passengers.length)).toEqual([30]);
});

test.each<[string, Account, Parameters<typeof aLedgerEvent>[0]]>([
  ["another account", anAccount({ id: "another" }), {}],
  ["another dataset", anAccount({ datasetId: "999999" }), {}],
  ["another token", anAccount({ tokenVersion: 2 }), {}],
  ["another partner agent", anAccount({ partnerAgent: "agency" }), {}],
  ["another policy for unclear answers", anAccount({ unknownOutcome: "hold" }), {}],
  ["a test code", anAccount(), { testCode: "TEST1" }],
])("events with %s never share a request with the others", async (_what, account, changes) => {
  const { left, send } = departuresOf();
  await Promise.all([send(anAccount()), send(account, changes), send(anAccount()), send(account, changes)]);
  expect(left.map(({ passengers }) => passengers.length)).toEqual([2, 2]);
  const [plain, special] = left;
  expect(plain?.destination).toEqual({ account: expect.objectContaining({ id: "acct42" }), testCode: null });
  expect(special?.destination).toEqual({ account, testCode: changes?.testCode ?? null });
});

test("an event that was refused beside others goes alone", async () => {
  const { left, send } = departuresOf();
  const attempts = [anAttempt({ reason: "neighbour_rejected" })];
  await Promise.all([
    send(anAccount(), { attempts }),
    send(anAccount()),
    send(anAccount(), { attempts }),
    send(anAccount()),
  ]);
  expect(left.map(({ passengers }) => passengers.length).toSorted()).toEqual([1, 1, 2]);
});

test("a request takes no more than its limit, and no more are under way than may be", async () => {
  const { left, send, mostUnderWay } = departuresOf({ maxEvents: 10 });
  await Promise.all(Array.from({ length: 95 }, () => send(anAccount())));
  expect(Math.max(...left.map(({ passengers }) => passengers.length))).toBe(10);
  expect(mostUnderWay()).toBe(2);
});

test("a destination stays one, also when its events come and go all the time", async () => {
  const { left, send, mostUnderWay } = departuresOf({ maxEvents: 5, maxInFlight: 1 });
  const comeAndGo = async () => {
    for (let turn = 0; turn < 20; turn += 1) await send(anAccount());
  };
  await Promise.all(Array.from({ length: 5 }, comeAndGo));
  expect(mostUnderWay()).toBe(1);
  expect(left.flatMap(({ passengers }) => passengers)).toHaveLength(100);
});
