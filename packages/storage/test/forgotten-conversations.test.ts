import { randomUUID } from "node:crypto";
import type { AdClick } from "@capi-relay/domain";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { ConversationStore, type MongoConnection } from "../src/index.ts";
import { openDatabase } from "./a-database.ts";

const NOW = new Date("2026-11-20T12:00:00Z");
const CLICK: AdClick = { ctwaClid: "ARA-click", clickedAt: NOW, adId: null, sourceUrl: null, headline: null };

let mongo: MongoConnection;
let store: ConversationStore;
let drop: () => Promise<void>;

beforeAll(async () => {
  ({ mongo, drop } = await openDatabase());
  store = new ConversationStore(mongo);
});

afterAll(() => drop());

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
