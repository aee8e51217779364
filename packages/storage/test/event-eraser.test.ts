import type { ChosenClick } from "@capi-relay/domain";
import { anAttempt, NOBODY } from "@capi-relay/domain/builders";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import {
  type ContactTraces,
  EventEraser,
  EventLedger,
  EventLives,
  type LedgerEvent,
  type MongoConnection,
  SweepStore,
} from "../src/index.ts";
import { rowOf } from "../src/ledger-event.ts";
import { openDatabase, vault } from "./a-database.ts";
import { aLedgerEvent } from "./a-ledger-event.ts";

const NOW = new Date();
const ID = "0123456789abcdef01234567";
const CANARIES = [
  ...["canary-bsuid", "canary-phone", "canary-variant", "canary-click", "canary-own-click", "canary-hash"],
  // Who knows the conversation knows whose it was.
  ID,
];
const ANA: ContactTraces = {
  conversationId: ID,
  bsuidKeys: ["canary-bsuid"],
  phoneKeys: ["canary-phone", "canary-old-phone"],
  formerPhones: [{ phoneKey: "canary-taken-phone", until: NOW }],
  ctwaClids: ["canary-own-click"],
  firstClickAt: NOW,
};
const CLICK: ChosenClick = {
  ctwaClid: "canary-click",
  conversationId: null,
  adId: "1202",
  clickedAt: NOW,
  matchedBy: "phone",
};

let mongo: MongoConnection;
let ledger: EventLedger;
let eraser: EventEraser;
let drop: () => Promise<void>;

beforeAll(async () => {
  ({ mongo, drop } = await openDatabase());
  ledger = new EventLedger(mongo, vault);
  eraser = new EventEraser(mongo);
});

afterAll(() => drop());
beforeEach(async () => {
  await mongo.native.events.deleteMany({});
});

async function stored(changes: Partial<LedgerEvent> = {}): Promise<LedgerEvent> {
  const event = aLedgerEvent({
    contact: { ...NOBODY, bsuidKey: "canary-bsuid" },
    personal: { em: "canary-hash" },
    ...changes,
  });
  await ledger.accept(event);
  return event;
}

const storedRowOf = ({ id }: LedgerEvent) => mongo.native.events.findOne({ _id: id });
const find = ({ id }: LedgerEvent) => ledger.find(id);

async function expectForgotten(event: LedgerEvent): Promise<void> {
  const row = await storedRowOf(event);
  for (const canary of CANARIES) expect(JSON.stringify(row)).not.toContain(canary);
  expect(row).toMatchObject({ _id: event.id, eventId: event.eventId, retained: false });
  expect(row).not.toHaveProperty("personal");
}

describe("erasing a contact", () => {
  test.each<[string, Partial<LedgerEvent>]>([
    ["its conversation", { contact: { ...NOBODY, conversationId: ID } }],
    ["its BSUID", { contact: { ...NOBODY, bsuidKey: "canary-bsuid" } }],
    ["its number", { contact: { ...NOBODY, phoneKey: "canary-phone" } }],
    [
      "another spelling of its number",
      { contact: { ...NOBODY, phoneKey: "canary-variant", phoneVariantKeys: ["canary-phone"] } },
    ],
    ["a number it had before", { contact: { ...NOBODY, phoneKey: "canary-old-phone" } }],
    [
      "a number that is somebody else's since",
      { contact: { ...NOBODY, phoneKey: "canary-taken-phone" }, acceptedAt: new Date(NOW.getTime() - 1) },
    ],
    ["the id of its click", { contact: { ...NOBODY, ctwaClid: "canary-own-click" } }],
    [
      "somebody else and was sent with its click",
      { contact: { ...NOBODY, phoneKey: "bia" }, click: { ...CLICK, ctwaClid: "canary-own-click" } },
    ],
    ["the click it was credited to", { contact: NOBODY, click: { ...CLICK, conversationId: ID } }],
  ])("takes it out of events that name %s; key and ending stay", async (_what, changes) => {
    const event = await stored({ status: "delivered", endedAt: NOW, click: CLICK, ...changes });
    expect(await eraser.eraseContact(event.accountId, ANA, NOW)).toEqual([]);
    await expectForgotten(event);
    expect(await find(event)).toMatchObject({ status: "delivered", reason: null });
  });

  test.each(["queued", "retry_scheduled", "waiting_click", "held"] as const)(
    "ends an event that is %s",
    async (status) => {
      const event = await stored({ status });
      await eraser.eraseContact(event.accountId, ANA, NOW);
      expect(await find(event)).toMatchObject({ status: "cancelled", reason: "contact_erased", endedAt: NOW });
      await expectForgotten(event);
      expect((await ledger.claim([event], "worker", 60_000, NOW)).size).toBe(0);
    },
  );

  test("touches nobody else's events, and none of another account", async () => {
    const strangers = [
      await stored({ contact: { ...NOBODY, bsuidKey: "bia" } }),
      await stored({ contact: { ...NOBODY, ctwaClid: "click-of-bia" }, click: CLICK }),
      await stored({ contact: { ...NOBODY, phoneKey: "canary-taken-phone" }, acceptedAt: NOW }),
      await stored({ accountId: "another" }),
      await stored({ accountId: "another", contact: { ...NOBODY, ctwaClid: "canary-own-click" } }),
    ];
    await eraser.eraseContact("acct42", ANA, NOW);
    expect(await Promise.all(strangers.map(find))).toEqual(strangers);
  });

  test("finds a click of a contact without a number in events from up to 8 days before it, and asks no older ones", async () => {
    const traces = { ...ANA, phoneKeys: [], formerPhones: [] };
    const contact = { ...NOBODY, ctwaClid: "canary-own-click" };
    const daysAgo = (days: number) => new Date(NOW.getTime() - days * 86_400_000);
    const [recent, old] = [
      await stored({ contact, acceptedAt: daysAgo(7.9) }),
      await stored({ contact, acceptedAt: daysAgo(8.1) }),
    ];
    await eraser.eraseContact("acct42", traces, NOW);
    await expectForgotten(recent);
    expect(await find(old)).toEqual(old);
  });

  test("walks thousands of events portion by portion, and misses none of its own among them", async () => {
    const at = (ago: number) => new Date(NOW.getTime() - ago);
    const crowd = Array.from({ length: 11_000 }, (_, ago) =>
      aLedgerEvent({ acceptedAt: at(ago >> 3), contact: NOBODY }),
    );
    await mongo.native.events.insertMany(crowd.map((event) => rowOf(event, vault)));
    const contact = { ...NOBODY, ctwaClid: "canary-own-click" };
    const theirs = [];
    for (const ago of [0, 624, 625, 626, 1_249, 1_250, 1_251, 5_000])
      theirs.push(await stored({ contact, acceptedAt: at(ago) }));
    await eraser.eraseContact("acct42", ANA, NOW);
    for (const event of theirs) await expectForgotten(event);
    expect(await mongo.native.events.countDocuments({ retained: false })).toBe(theirs.length);
  });

  test.each<[string, LedgerEvent["contact"]]>([
    ["its BSUID", { ...NOBODY, bsuidKey: "canary-bsuid" }],
    ["the id of its click", { ...NOBODY, ctwaClid: "canary-own-click" }],
  ])(
    "reaches also an event that named %s and was on its way, once that rests, and lets it go no more",
    async (_what, contact) => {
      const [ends, goesAgain] = [await stored({ contact }), await stored({ contact })];
      await ledger.claim([ends, goesAgain], "worker", 60_000, new Date());
      const onTheirWay = await eraser.eraseContact("acct42", ANA, NOW);
      expect(onTheirWay.toSorted()).toEqual([ends.id, goesAgain.id].toSorted());
      expect((await eraser.eraseRested(onTheirWay, NOW)).toSorted()).toEqual(onTheirWay.toSorted());

      const attempt = anAttempt();
      const delivered = { status: "delivered", reason: null } as const;
      const retry = { status: "retry_scheduled", reason: "meta_unavailable", dueAt: NOW } as const;
      await ledger.record(ends.id, "worker", { outcome: delivered, attempt, click: CLICK });
      await ledger.record(goesAgain.id, "worker", { outcome: retry, attempt, click: CLICK });
      expect(await eraser.eraseRested(onTheirWay, NOW)).toEqual([]);
      for (const event of [ends, goesAgain]) await expectForgotten(event);
      expect((await find(ends))?.status).toBe("delivered");
      expect(await find(goesAgain)).toMatchObject({ status: "cancelled", reason: "contact_erased" });
    },
  );

  const DELIVERY = {
    outcome: { status: "delivered", reason: null },
    attempt: anAttempt({ outcome: "delivered" }),
    click: { ...CLICK, conversationId: ID },
  } as const;

  test("keeps the click out of an event that was on its way when that is recorded", async () => {
    const [erased, other] = [await stored(), await stored({ contact: { ...NOBODY, bsuidKey: "bia" } })];
    await ledger.claim([erased, other], "worker", 60_000, new Date());
    await eraser.eraseContact("acct42", ANA, NOW);
    await Promise.all([erased, other].map(({ id }) => ledger.record(id, "worker", DELIVERY)));
    await expectForgotten(erased);
    expect(await find(erased)).toMatchObject({ status: "delivered", click: null });
    expect(await find(other)).toMatchObject({ status: "delivered", click: DELIVERY.click });
  });

  test.each([
    { status: "outcome_unknown", reason: "worker_interrupted" },
    { status: "failed", reason: "quarantined" },
  ] as const)("gets no click back from a worker whose event was $status when it was erased", async (outcome) => {
    const event = await stored();
    await ledger.claim([event], "silent", -1, new Date());
    const sweeps = new SweepStore(mongo, vault);
    for (const lapsed of await sweeps.lapsed(10))
      await sweeps.takeOver(lapsed, anAttempt({ reason: outcome.reason, mayHaveArrived: true }), outcome);
    expect(await eraser.eraseContact(event.accountId, ANA, NOW)).toEqual([]);
    await ledger.record(event.id, "silent", DELIVERY);
    await expectForgotten(event);
    expect(await find(event)).toMatchObject({ status: "delivered", click: null, attempts: [{}, DELIVERY.attempt] });
  });
});

describe("after their time", () => {
  test("ended events are forgotten, oldest limit first, and no others", async () => {
    const ended = { status: "delivered", click: CLICK, endedAt: new Date(1_000) } as const;
    const [old, recent, unfinished] = [await stored(ended), await stored({ ...ended, endedAt: NOW }), await stored()];
    expect(await eraser.eraseEnded(new Date(2_000), 10)).toBe(1);
    await expectForgotten(old);
    expect([await find(recent), await find(unfinished)]).toMatchObject([
      { click: CLICK },
      { personal: { em: "canary-hash" } },
    ]);
    expect(await eraser.eraseEnded(new Date(2_000), 10)).toBe(0);
  });

  test("an event that somebody revives just before keeps what it needs to be sent, and is not counted", async () => {
    const ended = { status: "failed", endedAt: new Date(1_000) } as const;
    const [revived, clicked, stays] = [
      await stored(ended),
      await stored({ ...ended, click: CLICK }),
      await stored(ended),
    ];
    const updateMany = mongo.native.events.updateMany.bind(mongo.native.events);
    vi.spyOn(mongo.native.events, "updateMany").mockImplementationOnce(async (...asked) => {
      const lives = new EventLives(mongo, vault);
      for (const event of [revived, clicked]) await lives.requeue(event, ["failed"], NOW, "manual");
      return updateMany(...asked);
    });
    expect(await eraser.eraseEnded(new Date(2_000), 10)).toBe(1);
    await expectForgotten(stays);
    for (const { id, contact, personal, click } of [revived, clicked])
      expect(await ledger.find(id)).toMatchObject({ status: "queued", contact, personal, click });
  });

  test("many are forgotten portion by portion", async () => {
    await Promise.all(Array.from({ length: 5 }, () => stored({ status: "delivered", endedAt: new Date(1_000) })));
    const portions = [];
    for (let n = 0; n < 4; n += 1) portions.push(await eraser.eraseEnded(new Date(2_000), 2));
    expect(portions).toEqual([2, 2, 1, 0]);
  });
});
