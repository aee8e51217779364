import { randomUUID } from "node:crypto";
import type { AdClick } from "@capi-relay/domain";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { ConversationStore, type MongoConnection, type SeenContact } from "../src/index.ts";
import { aClick, NOW, someone } from "./a-contact.ts";
import { openDatabase } from "./a-database.ts";

const CLICK: AdClick = { ctwaClid: "ARA-click", clickedAt: NOW, adId: null, sourceUrl: null, headline: null };

let mongo: MongoConnection;
let store: ConversationStore;
let drop: () => Promise<void>;

beforeAll(async () => {
  ({ mongo, drop } = await openDatabase());
  store = new ConversationStore(mongo);
});

afterAll(() => drop());

async function remembered(contact: SeenContact, click: AdClick | null = null, now = NOW) {
  return (await store.remember(contact, click, now)).conversation;
}

async function metSomebody() {
  const person = { wabaId: "77", bsuidKey: `b${randomUUID()}`, phoneKey: `p${randomUUID()}` };
  const { conversation } = await store.remember(person, null, NOW);
  return { person, id: conversation.id };
}

/** Forgets them at the moment at which the next click is about to be written. */
function forgottenBeforeTheClick(id: string) {
  const { conversations } = mongo.collections;
  const updateOne = conversations.updateOne.bind(conversations);
  const erasedFirst = (...asked: Parameters<typeof updateOne>) => store.erase(id, NOW).then(() => updateOne(...asked));
  vi.spyOn(conversations, "updateOne").mockImplementationOnce(erasedFirst as unknown as typeof updateOne);
}

test("a click whose contact is forgotten at that moment begins a new conversation, and the old one stays empty", async () => {
  const { person, id } = await metSomebody();
  forgottenBeforeTheClick(id);
  const { conversation, isNewClick } = await store.remember(person, CLICK, NOW);
  expect(isNewClick).toBe(true);
  expect(conversation).toMatchObject({ bsuidKey: person.bsuidKey, clicks: [CLICK] });
  expect(conversation.id).not.toBe(id);
  expect((await store.find(id))?.clicks).toEqual([]);
});

test("a click from elsewhere finds no conversation that is forgotten at that moment, or was before", async () => {
  const { id } = await metSomebody();
  forgottenBeforeTheClick(id);
  expect(await store.rememberFor(id, "77", CLICK, NOW)).toBeNull();
  expect(await store.rememberFor(id, "77", CLICK, NOW)).toBeNull();
  expect((await store.find(id))?.clicks).toEqual([]);
});

test("events noted to be erased stay noted while earlier ones are, and the last ends the matter", async () => {
  const { id } = await metSomebody();
  const noted = async () => (await store.toForgetLater(10)).find((one) => one.id === id)?.eventIds.toSorted();
  await store.forgetEvents(id, ["first", "second"]);
  await store.forgetEvents(id, ["third"]);
  await store.forgotEvents(id, ["first", "second"]);
  expect(await noted()).toEqual(["third"]);
  await store.forgotEvents(id, ["third"]);
  await store.forgotEvents(id, ["third"]);
  expect(await noted()).toBeUndefined();
  expect(await mongo.native.conversations.countDocuments({ forgetLater: { $exists: true } })).toBe(0);
});

describe("forgetting somebody", () => {
  const forget = async (id: string) => {
    const traces = await store.erase(id, NOW);
    if (traces === null) throw new Error("there is no such conversation");
    return traces;
  };

  test("tells once more by what their events may name them, until those are forgotten too", async () => {
    const person = someone();
    const { id } = await remembered(person, aClick("first"));
    await remembered(person, aClick("second", new Date(NOW.getTime() - 1)));
    const traces = {
      conversationId: id,
      bsuidKeys: [person.bsuidKey],
      phoneKeys: [person.phoneKey],
      formerPhones: [],
      ctwaClids: ["first", "second"],
      firstClickAt: new Date(NOW.getTime() - 1),
    };
    expect(await forget(id)).toEqual(traces);
    expect(await store.find(id)).toMatchObject({ bsuidKey: null, phoneKey: null, clicks: [] });
    expect(await forget(id)).toEqual(traces);
    await store.forgetEvents(id, ["on its way"]);
    await store.forgetEvents(id, ["another"]);
    const row = JSON.stringify(await mongo.native.conversations.findOne({ wabaId: person.wabaId }));
    for (const known of [person.bsuidKey, person.phoneKey, "first", "second"]) expect(row).not.toContain(known);
    expect(await forget(id)).toEqual({
      conversationId: id,
      ...{ bsuidKeys: [], phoneKeys: [], formerPhones: [], ctwaClids: [], firstClickAt: null },
    });
    expect(await store.toForgetLater(10)).toEqual([{ id, eventIds: ["on its way", "another"] }]);
  });

  test("knows the numbers they had before, each once, and that one is somebody else's by now", async () => {
    const [person, heir] = [someone(), someone()];
    const { wabaId, bsuidKey } = person;
    const later = (ms: number) => new Date(NOW.getTime() + ms);
    const { id } = await remembered(person);
    for (const [at, phoneKey] of ["second", "third", "second", "fourth"].entries())
      await remembered({ wabaId, bsuidKey, phoneKey }, null, later(at));
    await remembered({ wabaId, bsuidKey: heir.bsuidKey, phoneKey: "third" });
    const traces = await forget(id);
    expect([...traces.phoneKeys].toSorted()).toEqual([person.phoneKey, "second", "fourth"].toSorted());
    expect(traces.formerPhones).toEqual([{ phoneKey: "third", until: later(2) }]);
  });

  test("overlooks no number, also if many become known at once", async () => {
    const person = someone();
    const { id } = await remembered(person);
    const numbers = Array.from({ length: 20 }, () => someone().phoneKey);
    await Promise.all(numbers.map((phoneKey) => remembered({ ...person, phoneKey })));
    expect([...(await forget(id)).phoneKeys].toSorted()).toEqual([person.phoneKey, ...numbers].toSorted());
  });

  test("of whom nothing is known tells nothing", async () => {
    expect(await store.erase("0".repeat(24), NOW)).toBeNull();
  });
});
