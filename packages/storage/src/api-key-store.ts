import { randomBytes } from "node:crypto";
import mongoose from "mongoose";
import type { ApiKeyRow } from "./api-key-row.ts";
import type { MongoConnection } from "./mongo-connection.ts";
import { storing } from "./storage-error.ts";

/** A key as our own code sees it. */
export type ApiKey = Omit<ApiKeyRow, "_id"> & { readonly id: string };

/** What whoever makes a key decides; the rest is the store's. */
export type ApiKeyMaking = Omit<ApiKey, "id" | "lastUsedAt" | "revokedAt" | "unreplacedExpiresAt">;

/** The API keys: hashes of secrets, and what each may do. */
export class ApiKeyStore {
  readonly #mongo: MongoConnection;

  constructor(mongo: MongoConnection) {
    this.#mongo = mongo;
  }

  async create(making: ApiKeyMaking): Promise<ApiKey> {
    const key: ApiKey = { ...making, id: newKeyId(), lastUsedAt: null, revokedAt: null };
    const { id, ...row } = key;
    await storing(() => this.#keys.create({ _id: id, ...row }));
    return key;
  }

  /** Whatever has become of the key: whether it is revoked or expired is for the caller to judge. */
  async findByHash(hash: string): Promise<ApiKey | null> {
    return this.#findOne({ hash });
  }

  async find(id: string): Promise<ApiKey | null> {
    return this.#findOne({ _id: id });
  }

  /** All keys there ever were, newest first. */
  async list(): Promise<ApiKey[]> {
    const rows = await storing(() =>
      this.#keys.find().sort({ createdAt: -1, _id: 1 }).read("primary").lean<ApiKeyRow[]>(),
    );
    return rows.map(apiKeyOf);
  }

  /** Ends the key for good. True when this call ended it, false when it was revoked before or never there. */
  async revoke(id: string, now: Date): Promise<boolean> {
    const result = await storing(() =>
      this.#keys.updateOne({ _id: id, revokedAt: null }, { $set: { revokedAt: now } }),
    );
    return result.modifiedCount === 1;
  }

  /**
   * Lets a key that is replaced work until then at most: an end that comes earlier stays, and its own is remembered.
   */
  async endBy(id: string, until: Date): Promise<void> {
    const ends = [{ expiresAt: null }, { expiresAt: mongoose.trusted({ $gt: until }) }];
    const isFirst = { $eq: [{ $type: "$unreplacedExpiresAt" }, "missing"] };
    const unreplacedExpiresAt = { $cond: [isFirst, "$expiresAt", "$unreplacedExpiresAt"] };
    const update = [{ $set: { expiresAt: until, unreplacedExpiresAt } }];
    await storing(() => this.#keys.updateOne({ _id: id, $or: ends }, update, { updatePipeline: true }));
  }

  /** Remembers when keys were used last; an earlier moment than the stored one changes nothing. */
  async noteUses(lastUses: ReadonlyMap<string, Date>): Promise<void> {
    if (lastUses.size === 0) return;
    const updates = [...lastUses].map(([id, lastUsedAt]) => ({
      updateOne: { filter: { _id: id }, update: { $max: { lastUsedAt } } },
    }));
    await storing(() => this.#keys.bulkWrite(updates, { ordered: false }));
  }

  async #findOne(filter: { hash: string } | { _id: string }): Promise<ApiKey | null> {
    const row = await storing(() => this.#keys.findOne(filter).read("primary").lean<ApiKeyRow>());
    return row === null ? null : apiKeyOf(row);
  }

  get #keys() {
    return this.#mongo.collections.apiKeys;
  }
}

function apiKeyOf({ _id, ...row }: ApiKeyRow): ApiKey {
  return { id: _id, ...row };
}

const newKeyId = (): string => `key_${randomBytes(9).toString("base64url").replace(/[-_]/g, "0")}`;
