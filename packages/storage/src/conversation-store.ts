import type { AdClick, Conversation } from "@capi-relay/domain";
import mongoose from "mongoose";
import { alternativesOf, type ContactQuery } from "./contact-query.ts";
import { type ContactTraces, tracesOf } from "./contact-traces.ts";
import type { ConversationRow } from "./conversation-row.ts";
import { forgetting, IS_FORGOTTEN, isForgotten } from "./forget-contact.ts";
import { formerPhonesBefore, formerPhonesWith } from "./former-phones.ts";
import { asConstants } from "./left-ending.ts";
import type { MongoConnection } from "./mongo-connection.ts";
import { objectId } from "./object-id.ts";
import { isDuplicateKey, storing } from "./storage-error.ts";

/** A contact as a webhook names it, keyed: at least one of the two is known. */
export interface SeenContact {
  readonly wabaId: string;
  readonly bsuidKey: string | null;
  readonly phoneKey: string | null;
}

export interface Remembered {
  /** As it is afterwards. */
  readonly conversation: Conversation;
  readonly isNewClick: boolean;
  /** A number or BSUID became known for clicks that were there before: whoever waits for it can go. */
  readonly learnedContact: boolean;
}

/** Who talked to which WABA, and every ad click they brought. */
export class ConversationStore {
  readonly #mongo: MongoConnection;

  constructor(mongo: MongoConnection) {
    this.#mongo = mongo;
  }

  /**
   * Remembers that a contact wrote, and the click it brought, if any. A click already known (webhooks come at least
   * once, in any order) changes nothing.
   * @param sentAt When the message was sent: an older one than the last tells of no new number.
   */
  async remember(contact: SeenContact, click: AdClick | null, now: Date, sentAt = now): Promise<Remembered> {
    const saidAt = sentAt < now ? sentAt : now;
    const { known, learnedContact } = await this.#meet(contact, saidAt, now);
    const isNewClick = click !== null && (await this.#addClick(known._id, click, now));
    const row = (await this.#find(known._id)) ?? known;
    // Forgotten while their message was read: it is the first of a conversation that knows nothing of that one.
    if (click !== null && !isNewClick && isForgotten(row)) return this.remember(contact, click, now, sentAt);
    return { conversation: conversationOf(row), isNewClick, learnedContact };
  }

  /** Adds a click to a conversation of this WABA; null if it has none with this id, or has forgotten whose it was. */
  async rememberFor(id: string, wabaId: string, click: AdClick, now: Date): Promise<Remembered | null> {
    const known = await this.find(id);
    if (known === null || known.wabaId !== wabaId) return null;
    const isNewClick = await this.#addClick(objectId(id), click, now);
    const row = await this.#find(objectId(id));
    return row === null || isForgotten(row)
      ? null
      : { conversation: conversationOf(row), isNewClick, learnedContact: false };
  }

  /**
   * Forgets who somebody is: contact keys and clicks go, the id stays, and a later message of the same person begins a
   * conversation that knows nothing of this one. Returns by what events may name them, which is kept apart until
   * `forgetEvents`; null if there is no such conversation.
   */
  async erase(id: string, now: Date): Promise<ContactTraces | null> {
    const row = await storing(() =>
      this.#mongo.native.conversations.findOneAndUpdate({ _id: objectId(id) }, forgetting(id, now), {
        returnDocument: "after",
      }),
    );
    return row === null ? null : tracesOf(row._id, row.forgotten ?? [], await this.#takenNumbers(row));
  }

  /** Ends an erasure: the events are erased, but for those on their way, which are noted to be erased later. */
  async forgetEvents(id: string, onTheirWay: readonly string[]): Promise<void> {
    const later = onTheirWay.length === 0 ? {} : { $addToSet: { forgetLater: { $each: [...onTheirWay] } } };
    await storing(() =>
      this.#mongo.native.conversations.updateOne({ _id: objectId(id) }, { $unset: { forgotten: "" }, ...later }),
    );
  }

  /** Notes that these events of a forgotten contact are erased, too; the last of them ends the matter. */
  async forgotEvents(id: string, eventIds: readonly string[]): Promise<void> {
    const left = { $setDifference: ["$forgetLater", [...eventIds]] };
    await storing(() =>
      this.#mongo.native.conversations.updateOne({ _id: objectId(id), forgetLater: { $exists: true } }, [
        { $set: { forgetLater: { $cond: [{ $eq: [left, []] }, "$$REMOVE", left] } } },
      ]),
    );
  }

  /** Forgotten contacts of whom events were on their way. */
  async toForgetLater(limit: number): Promise<{ id: string; eventIds: readonly string[] }[]> {
    const rows = await storing(() =>
      this.#conversations
        .find({ forgetLater: mongoose.trusted({ $exists: true }) })
        .limit(limit)
        .read("primary")
        .lean<ConversationRow[]>(),
    );
    return rows.map(({ _id, forgetLater = [] }) => ({ id: _id.toHexString(), eventIds: forgetLater }));
  }

  /** Every conversation that fits one of the queries; the caller judges which of them fits which. */
  async findForContacts(queries: readonly ContactQuery[]): Promise<Conversation[]> {
    const alternatives = [...Map.groupBy(queries, ({ wabaId }) => wabaId)].flatMap(([wabaId, ofWaba]) =>
      alternativesOf(wabaId, ofWaba),
    );
    if (alternatives.length === 0) return [];
    const rows = await storing(() =>
      this.#mongo.native.conversations
        .find({ $or: alternatives }, { readPreference: "primary", batchSize: queries.length * 2 + 1 })
        .toArray(),
    );
    return rows.map(conversationOf);
  }

  async find(id: string): Promise<Conversation | null> {
    const row = await this.#find(objectId(id));
    return row === null ? null : conversationOf(row);
  }

  /**
   * Conversations that got a click at or after `since`, oldest first: whoever waits for them can go. `next` is where to
   * look on when there may be more than `limit`, and null when these are all.
   */
  async withClicksStoredSince(
    since: Date,
    limit: number,
  ): Promise<{ conversations: Conversation[]; next: Date | null }> {
    const rows = await storing(() =>
      this.#conversations
        .find({ clickStoredAt: mongoose.trusted({ $gte: since }) })
        .sort({ clickStoredAt: 1 })
        .limit(limit)
        .read("primary")
        .lean<ConversationRow[]>(),
    );
    const next = rows.length < limit ? null : (rows.at(-1)?.clickStoredAt ?? null);
    return { conversations: rows.map(conversationOf), next };
  }

  #find(id: ConversationRow["_id"]): Promise<ConversationRow | null> {
    return storing(() => this.#conversations.findById(id).read("primary").lean<ConversationRow>());
  }

  async #findSameContact({ wabaId, bsuidKey, phoneKey }: SeenContact): Promise<ConversationRow | null> {
    if (bsuidKey !== null) {
      const byBsuid = await this.#findByContactKey(wabaId, `bsuid:${bsuidKey}`);
      if (byBsuid !== null) return byBsuid;
    }
    // Known by number alone so far: the same person, unless WhatsApp now says the number belongs to somebody else.
    if (phoneKey === null) return null;
    const byPhone = await this.#findByContactKey(wabaId, `phone:${phoneKey}`);
    if (byPhone !== null || bsuidKey !== null) return byPhone;
    const others = await storing(() =>
      this.#conversations.find({ wabaId, phoneKey }).limit(2).read("primary").lean<ConversationRow[]>(),
    );
    return others.length === 1 ? (others[0] ?? null) : null;
  }

  #findByContactKey(wabaId: string, contactKey: string): Promise<ConversationRow | null> {
    return storing(() => this.#conversations.findOne({ wabaId, contactKey }).read("primary").lean<ConversationRow>());
  }

  async #create({ wabaId, bsuidKey, phoneKey }: SeenContact, saidAt: Date, now: Date): Promise<ConversationRow> {
    const contactKey = bsuidKey === null ? `phone:${phoneKey}` : `bsuid:${bsuidKey}`;
    const row: ConversationRow = {
      _id: new mongoose.Types.ObjectId(),
      wabaId,
      contactKey,
      bsuidKey,
      phoneKey,
      ...(phoneKey === null ? {} : { phoneSaidAt: saidAt }),
      clicks: [],
      clickStoredAt: null,
      createdAt: now,
      updatedAt: now,
    };
    try {
      await storing(() => this.#conversations.create(row));
      return row;
    } catch (error) {
      // Another delivery of the same webhook was faster.
      const other = isDuplicateKey(error) ? await this.#findByContactKey(wabaId, contactKey) : null;
      if (other === null) throw error;
      return other;
    }
  }

  /** The contact's conversation, made if there is none, with whatever the message says about who it is. */
  async #meet(
    contact: SeenContact,
    saidAt: Date,
    now: Date,
  ): Promise<{ known: ConversationRow; learnedContact: boolean }> {
    const known = (await this.#findSameContact(contact)) ?? (await this.#create(contact, saidAt, now));
    const { bsuidKey, phoneKey } = contact;
    const learnsBsuid = bsuidKey !== null && known.bsuidKey === null;
    const saysOther = phoneKey !== null && known.phoneKey !== phoneKey;
    const isLate = known.phoneSaidAt !== undefined && known.phoneSaidAt > saidAt;
    if (saysOther && isLate) await this.#noteFormerPhone(known, phoneKey, saidAt, now);
    const learnsPhone = saysOther && !isLate;
    if (!learnsBsuid && !learnsPhone) return { known, learnedContact: false };
    const learned = {
      ...(learnsBsuid ? { bsuidKey, contactKey: `bsuid:${bsuidKey}` } : {}),
      ...(learnsPhone ? { phoneKey } : {}),
    };
    if (await this.#learn(known, learned, saidAt, now)) return { known, learnedContact: true };
    // It has become somebody else's meanwhile, was forgotten, or has heard of a newer number: look again.
    return this.#meet(contact, saidAt, now);
  }

  /** False when the conversation is not whose it was, this BSUID has got one, or its number was said later than this. */
  async #learn(
    { _id, contactKey, clicks }: ConversationRow,
    learned: Partial<ConversationRow>,
    saidAt: Date,
    now: Date,
  ): Promise<boolean> {
    const recallsClicks = clicks.length === 0 ? {} : { clickStoredAt: now };
    const { phoneKey } = learned;
    const learnsPhone = typeof phoneKey === "string";
    const formerPhones = learnsPhone ? { formerPhones: formerPhonesBefore(phoneKey, now) } : {};
    const isNewest = learnsPhone ? { phoneSaidAt: { $not: { $gt: saidAt } } } : {};
    try {
      const result = await storing(() =>
        this.#mongo.native.conversations.updateOne({ _id, contactKey, ...isNewest }, [
          {
            $set: {
              ...formerPhones,
              ...asConstants({ ...learned, ...recallsClicks, updatedAt: now }),
              phoneSaidAt: { $max: ["$phoneSaidAt", saidAt] },
            },
          },
        ]),
      );
      return result.matchedCount === 1;
    } catch (error) {
      if (isDuplicateKey(error)) return false;
      throw error;
    }
  }

  /** An erasure has to find the events that named them by it, too. */
  async #noteFormerPhone({ _id }: ConversationRow, phoneKey: string, saidAt: Date, now: Date): Promise<void> {
    await storing(() =>
      this.#mongo.native.conversations.updateOne({ _id, phoneSaidAt: { $gt: saidAt } }, [
        { $set: { formerPhones: formerPhonesWith(phoneKey), updatedAt: now } },
      ]),
    );
  }

  /** Which numbers of a forgotten contact are somebody else's by now. */
  async #takenNumbers({ wabaId, forgotten = [] }: ConversationRow): Promise<Set<string>> {
    const formerKeys = forgotten.flatMap(({ formerPhones }) => formerPhones.map(({ phoneKey }) => phoneKey));
    if (formerKeys.length === 0) return new Set();
    const taken = await storing(() =>
      this.#mongo.native.conversations.distinct(
        "phoneKey",
        { wabaId, phoneKey: { $in: formerKeys } },
        { readPreference: "primary" },
      ),
    );
    return new Set(taken.flatMap((key) => (key === null ? [] : [key])));
  }

  async #addClick(id: ConversationRow["_id"], click: AdClick, now: Date): Promise<boolean> {
    const result = await storing(() =>
      this.#conversations.updateOne(
        {
          _id: id,
          contactKey: mongoose.trusted({ $not: IS_FORGOTTEN }),
          "clicks.ctwaClid": mongoose.trusted({ $ne: click.ctwaClid }),
        },
        { $push: { clicks: click }, $set: { clickStoredAt: now, updatedAt: now } },
      ),
    );
    return result.modifiedCount === 1;
  }

  get #conversations() {
    return this.#mongo.collections.conversations;
  }
}

function conversationOf({ _id, wabaId, bsuidKey, phoneKey, clicks, createdAt }: ConversationRow): Conversation {
  return { id: _id.toHexString(), wabaId, bsuidKey, phoneKey, clicks, createdAt };
}
