import type { Conversation } from "@capi-relay/domain";
import { NOBODY } from "@capi-relay/domain/builders";
import type { ContactQuery } from "@capi-relay/storage";
import { aLedgerEvent, anAccount } from "@capi-relay/storage/builders";
import { expect, test, vi } from "vitest";
import { ClickFinder } from "../src/click-finder.ts";

const account = anAccount({ wabaId: "77" });
const eventOf = (contact: object) => aLedgerEvent({ contact: { ...NOBODY, ...contact } });

function conversation(id: string, changes: Partial<Conversation> = {}): Conversation {
  const click = {
    ctwaClid: `click-of-${id}`,
    clickedAt: new Date(Date.now() - 1_000),
    adId: null,
    sourceUrl: null,
    headline: null,
  };
  return { id, wabaId: "77", bsuidKey: null, phoneKey: null, clicks: [click], createdAt: new Date(), ...changes };
}

function finderOf(...conversations: Conversation[]) {
  const findForContacts = vi.fn(async (_queries: readonly ContactQuery[]) => conversations);
  return { finder: new ClickFinder({ findForContacts }), findForContacts };
}

test("events of the same moment share one look, and each gets its own person's click", async () => {
  const people = Array.from({ length: 50 }, (_, n) => conversation(`c${n}`, { bsuidKey: `person-${n}` }));
  const { finder, findForContacts } = finderOf(...people);
  const choices = await Promise.all(people.map(({ bsuidKey }) => finder.choose(eventOf({ bsuidKey }), account)));
  expect(choices.map((choice) => choice.kind === "chosen" && choice.click.ctwaClid)).toEqual(
    people.map(({ id }) => `click-of-${id}`),
  );
  expect(findForContacts).toHaveBeenCalledTimes(1);
});

test("a person of the same key at another business is a stranger", async () => {
  const { finder } = finderOf(conversation("elsewhere", { bsuidKey: "ana", wabaId: "88" }));
  expect(await finder.choose(eventOf({ bsuidKey: "ana" }), account)).toEqual({ kind: "none" });
});

test("two people with the number of the event are too many", async () => {
  const { finder } = finderOf(conversation("one", { phoneKey: "shared" }), conversation("two", { phoneKey: "shared" }));
  expect(await finder.choose(eventOf({ phoneKey: "shared" }), account)).toEqual({ kind: "ambiguous" });
});

test("a number in another spelling finds its person, and says that it was another", async () => {
  const { finder } = finderOf(conversation("one", { phoneKey: "short" }));
  const choice = await finder.choose(eventOf({ phoneKey: "long", phoneVariantKeys: ["short"] }), account);
  expect(choice).toMatchObject({ kind: "chosen", click: { conversationId: "one", matchedBy: "phone_variant" } });
});

test("an event that brings its click and names nobody needs no look", async () => {
  const { finder, findForContacts } = finderOf();
  expect(await finder.choose(eventOf({ ctwaClid: "own" }), account)).toMatchObject({
    kind: "chosen",
    click: { ctwaClid: "own" },
  });
  expect(findForContacts).not.toHaveBeenCalled();
});
