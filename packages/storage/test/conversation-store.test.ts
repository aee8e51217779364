import type { AdClick } from "@capi-relay/domain";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ContactQuery, ConversationStore, type MongoConnection, type SeenContact } from "../src/index.ts";
import { aClick, NOW, someone } from "./a-contact.ts";
import { openDatabase } from "./a-database.ts";

let mongo: MongoConnection;
let store: ConversationStore;
let drop: () => Promise<void>;

beforeAll(async () => {
  ({ mongo, drop } = await openDatabase());
  store = new ConversationStore(mongo);
});

afterAll(() => drop());

async function remembered(contact: SeenContact, click: AdClick | null = null, now = NOW, sentAt = now) {
  return (await store.remember(contact, click, now, sentAt)).conversation;
}

function query(changes: Partial<ContactQuery> & { wabaId: string }): ContactQuery {
  return { conversationId: null, bsuidKey: null, phoneKey: null, phoneVariantKeys: [], ...changes };
}

const idsFor = async (...queries: ContactQuery[]) => (await store.findForContacts(queries)).map(({ id }) => id);

describe("the same person", () => {
  test("is known again by BSUID, and the latest number counts", async () => {
    const person = someone();
    const first = await remembered(person);
    const moved = await remembered({ ...person, phoneKey: "another number" });
    expect(moved).toMatchObject({ id: first.id, bsuidKey: person.bsuidKey, phoneKey: "another number" });
    expect((await remembered({ ...person, phoneKey: null })).phoneKey).toBe("another number");
  });

  test("is known again by number alone, also once a BSUID is known", async () => {
    const person = someone();
    const first = await remembered({ ...person, bsuidKey: null });
    expect((await remembered({ ...person, bsuidKey: null })).id).toBe(first.id);
    expect(await remembered(person)).toMatchObject({ id: first.id, bsuidKey: person.bsuidKey });
    expect((await remembered({ ...person, bsuidKey: null })).id).toBe(first.id);
    expect((await remembered({ ...person, phoneKey: null })).id).toBe(first.id);
  });

  test("is another conversation at another business", async () => {
    const person = someone();
    const [here, there] = [await remembered(person), await remembered({ ...person, wabaId: someone().wabaId })];
    expect(there.id).not.toBe(here.id);
    expect(await idsFor(query({ wabaId: person.wabaId, bsuidKey: person.bsuidKey }))).toEqual([here.id]);
  });

  test("in fifty deliveries of one message at once makes one conversation with one click", async () => {
    const person = someone();
    const answers = await Promise.all(Array.from({ length: 50 }, () => store.remember(person, aClick("one"), NOW)));
    expect(new Set(answers.map(({ conversation }) => conversation.id)).size).toBe(1);
    expect(answers.filter(({ isNewClick }) => isNewClick)).toHaveLength(1);
    expect(answers[0]?.conversation.clicks).toEqual([aClick("one")]);
    expect(await mongo.collections.conversations.countDocuments({ wabaId: person.wabaId })).toBe(1);
  });
});

describe("messages that come late", () => {
  const secondsAgo = (seconds: number) => new Date(NOW.getTime() - seconds * 1_000);
  const says = (contact: SeenContact, seconds: number) => store.remember(contact, null, NOW, secondsAgo(seconds));

  test("put no former number back", async () => {
    const person = someone();
    const moved = { ...person, phoneKey: someone().phoneKey };
    await says(person, 5_000);
    expect(await says(moved, 100)).toMatchObject({ learnedContact: true, conversation: { phoneKey: moved.phoneKey } });
    const late = await says(person, 4_000);
    expect(late).toMatchObject({ learnedContact: false, conversation: { phoneKey: moved.phoneKey } });
    expect((await says(person, 99)).conversation.phoneKey).toBe(person.phoneKey);
  });

  test("tell of a number that was theirs before, and until when at most", async () => {
    const [person, heir] = [someone(), someone()];
    const before = { ...person, phoneKey: someone().phoneKey };
    const { id } = (await says(person, 100)).conversation;
    for (const seconds of [5_000, 4_000]) await says(before, seconds);
    await says({ ...heir, wabaId: person.wabaId, phoneKey: before.phoneKey }, 50);
    expect(await store.erase(id, NOW)).toMatchObject({
      phoneKeys: [person.phoneKey],
      formerPhones: [{ phoneKey: before.phoneKey, until: secondsAgo(100) }],
    });
  });

  test("count as before where nobody noted when the number was said", async () => {
    const person = someone();
    await says(person, 100);
    await mongo.native.conversations.updateOne({ wabaId: person.wabaId }, { $unset: { phoneSaidAt: "" } });
    expect((await says({ ...person, phoneKey: "older" }, 5_000)).conversation.phoneKey).toBe("older");
  });

  test("leave the number of the newest, also if many come at once", async () => {
    const person = someone();
    const { id } = (await says(person, 1_000)).conversation;
    const numbers = Array.from({ length: 20 }, () => someone().phoneKey);
    await Promise.all(numbers.map((phoneKey, age) => says({ ...person, phoneKey }, age)));
    expect((await store.find(id))?.phoneKey).toBe(numbers[0]);
    const traces = await store.erase(id, NOW);
    expect([...(traces?.phoneKeys ?? [])].toSorted()).toEqual([person.phoneKey, ...numbers].toSorted());
  });

  test("from a clock that runs ahead count as if they were sent now", async () => {
    const person = someone();
    await says(person, -1_000);
    expect((await says({ ...person, phoneKey: "newer" }, 0)).conversation.phoneKey).toBe("newer");
  });
});

describe("two people with one number", () => {
  test("stay two, and a look-up by number finds both", async () => {
    const [ana, bia] = [someone(), someone()];
    const shared = { wabaId: ana.wabaId, phoneKey: ana.phoneKey };
    const first = await remembered(ana, aClick("of-ana"));
    const second = await remembered({ ...shared, bsuidKey: bia.bsuidKey }, aClick("of-bia"));
    expect(second.clicks.map(({ ctwaClid }) => ctwaClid)).toEqual(["of-bia"]);
    expect((await idsFor(query(shared))).toSorted()).toEqual([first.id, second.id].toSorted());
  });

  test("who show their BSUIDs at the same moment, where only the number was known, are not made one", async () => {
    for (let round = 0; round < 10; round += 1) {
      const [ana, bia] = [someone(), someone()];
      const shared = { wabaId: ana.wabaId, phoneKey: ana.phoneKey };
      await remembered({ ...shared, bsuidKey: null });
      await Promise.all([
        store.remember({ ...shared, bsuidKey: ana.bsuidKey }, aClick("of-ana"), NOW),
        store.remember({ ...shared, bsuidKey: bia.bsuidKey }, aClick("of-bia"), NOW),
      ]);
      const clicksOf = async (bsuidKey: string) =>
        (await store.findForContacts([query({ wabaId: ana.wabaId, bsuidKey })])).flatMap(({ clicks }) =>
          clicks.map(({ ctwaClid }) => ctwaClid),
        );
      expect([await clicksOf(ana.bsuidKey), await clicksOf(bia.bsuidKey)]).toEqual([["of-ana"], ["of-bia"]]);
    }
  });
});

describe("clicks", () => {
  test("come at least once and in any order, and each is kept exactly once", async () => {
    const names = ["a", "b", "c", "d"] as const;
    const arrivals = fc.array(fc.constantFrom(...names), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(arrivals, fc.boolean(), async (order, atOnce) => {
        const person = someone();
        const deliver = (name: string) => store.remember(person, aClick(name), NOW);
        if (atOnce) await Promise.all(order.map(deliver));
        else for (const name of order) await deliver(name);
        const { clicks } = await remembered(person);
        expect(clicks.map(({ ctwaClid }) => ctwaClid).toSorted()).toEqual([...new Set(order)].toSorted());
      }),
      { numRuns: 40 },
    );
  });

  test("keep what the webhook said, byte for byte", async () => {
    const click = { ...aClick("ARA_–.$gt{x}"), adId: null, sourceUrl: null, headline: null };
    expect((await remembered(someone(), click)).clicks).toEqual([click]);
  });

  test("a person without a click is remembered too", async () => {
    expect(await store.remember(someone(), null, NOW)).toMatchObject({
      isNewClick: false,
      conversation: { clicks: [] },
    });
  });
});

describe("looking up", () => {
  test("a number finds its national spellings", async () => {
    const person = someone();
    const { id } = await remembered(person);
    expect(
      await idsFor(query({ wabaId: person.wabaId, phoneKey: "longer", phoneVariantKeys: [person.phoneKey] })),
    ).toEqual([id]);
  });

  test("many queries share one look, and a conversation that fits twice is found once", async () => {
    const [ana, bia] = [someone(), someone()];
    const [first, second] = [await remembered(ana), await remembered(bia)];
    const ids = await idsFor(query(ana), query(bia), query({ wabaId: ana.wabaId, conversationId: first.id }));
    expect(ids.toSorted()).toEqual([first.id, second.id].toSorted());
  });

  test("a conversation's id finds it only at its own business", async () => {
    const { id, wabaId } = await remembered(someone());
    expect(await idsFor(query({ wabaId, conversationId: id }))).toEqual([id]);
    expect(await idsFor(query({ wabaId: someone().wabaId, conversationId: id }))).toEqual([]);
    expect((await store.find(id))?.id).toBe(id);
  });

  test.each(["nonsense", "$ne", "", "012345678901"])("an id such as '%s' finds nobody", async (id) => {
    expect(await store.find(id)).toBeNull();
    expect(await idsFor(query({ wabaId: someone().wabaId, conversationId: id }))).toEqual([]);
  });

  test("a query that names nobody finds nobody", async () => {
    expect(await idsFor(query({ wabaId: someone().wabaId }))).toEqual([]);
    expect(await idsFor()).toEqual([]);
  });
});

describe("the conversations with recent clicks", () => {
  const SINCE = new Date("2027-01-01T00:00:00Z");
  const after = (ms: number) => new Date(SINCE.getTime() + ms);

  test("are those that got one since then, by when it was stored and not by when it was clicked", async () => {
    const [early, late, again] = [someone(), someone(), someone()];
    await remembered(early, aClick("early", after(5)), after(-1));
    const { id: lateId } = await remembered(late, aClick("late", new Date(0)), after(2));
    const { id: againId } = await remembered(again, aClick("again"), after(1));
    await remembered(again, aClick("again"), after(3));
    const all = await store.withClicksStoredSince(SINCE, 10);
    expect([all.conversations.map((one) => one.id), all.next]).toEqual([[againId, lateId], null]);
    const some = await store.withClicksStoredSince(SINCE, 1);
    expect([some.conversations.map((one) => one.id), some.next]).toEqual([[againId], after(1)]);
  });

  test("hold also those that only now turned out to be somebody who waits", async () => {
    const person = someone();
    const { id } = await remembered({ ...person, bsuidKey: null }, aClick("x"), after(-1));
    const { learnedContact } = await store.remember(person, null, after(10));
    expect(learnedContact).toBe(true);
    expect((await store.remember(person, null, after(11))).learnedContact).toBe(false);
    const { conversations } = await store.withClicksStoredSince(after(10), 10);
    expect(conversations.map((one) => one.id)).toEqual([id]);
  });
});
