import type { ChosenClick, Conversation } from "@capi-relay/domain";
import { anAttempt, NOBODY } from "@capi-relay/domain/builders";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { EventEraser, EventLedger, type LedgerEvent, type MongoConnection } from "../src/index.ts";
import { openDatabase, vault } from "./a-database.ts";
import { aLedgerEvent } from "./a-ledger-event.ts";

const NOW = new Date();
const ID = "0123456789abcdef01234567";
const CANARIES = ["canary-bsuid", "canary-phone", "canary-variant", "canary-click", "canary-hash"];
const ANA: Conversation = {
  id: ID,
  wabaId: "77",
  bsuidKey: "canary-bsuid",
  phoneKey: "canary-phone",
  clicks: [],
  createdAt: NOW,
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

const rowOf = ({ id }: LedgerEvent) => mongo.native.events.findOne({ _id: id });
const find = ({ id }: LedgerEvent) => ledger.find(id);

async function expectForgotten(event: LedgerEvent): Promise<void> {
  const row = await rowOf(event);
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
    const bia = await stored({ contact: { ...NOBODY, bsuidKey: "bia" } });
    const elsewhere = await stored({ accountId: "another" });
    await eraser.eraseContact("acct42", ANA, NOW);
    expect([await find(bia), await find(elsewhere)]).toEqual([bia, elsewhere]);
  });

  test("reaches also an event that was on its way, once that rests, and lets it go no more", async () => {
    const [ends, goesAgain] = [await stored(), await stored()];
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

  test("many are forgotten portion by portion", async () => {
    await Promise.all(Array.from({ length: 5 }, () => stored({ status: "delivered", endedAt: new Date(1_000) })));
    const portions = [];
    for (let n = 0; n < 4; n += 1) portions.push(await eraser.eraseEnded(new Date(2_000), 2));
    expect(portions).toEqual([2, 2, 1, 0]);
  });
});
