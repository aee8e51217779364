import { randomBytes } from "node:crypto";
import type { AccountChange, AccountCreation, EventReason } from "@capi-relay/contract";
import { SealedValueError } from "@capi-relay/vault";
import mongoose from "mongoose";
import type { AccountRow, ProbeNote } from "./account-row.ts";
import type { MongoConnection } from "./mongo-connection.ts";
import { isDuplicateKey, storing } from "./storage-error.ts";

/** An account as our own code sees it: the row with its token opened only on demand. */
export type Account = Omit<AccountRow, "_id" | "sealedToken"> & { readonly id: string; readonly sealedToken: string };

export interface TokenSeal {
  seal(plaintext: string, context: string): string;
  open(sealed: string, context: string): string;
}

export type AccountCreated =
  | { readonly kind: "created"; readonly account: Account }
  | { readonly kind: "id_taken" }
  | { readonly kind: "waba_taken" };

/**
 * Accounts and their tokens. A token is sealed with the account's id, so a copied row cannot lend it to another
 * account.
 */
export class AccountStore {
  readonly #mongo: MongoConnection;
  readonly #vault: TokenSeal;

  constructor(mongo: MongoConnection, vault: TokenSeal) {
    this.#mongo = mongo;
    this.#vault = vault;
  }

  async create(request: AccountCreation, now: Date): Promise<AccountCreated> {
    const { id = newAccountId(), accessToken, datasetId, partnerAgent, ...settings } = request;
    const row: AccountRow = {
      _id: id,
      ...settings,
      datasetId: datasetId ?? null,
      partnerAgent: partnerAgent ?? null,
      sealedToken: this.#vault.seal(accessToken, id),
      tokenVersion: 1,
      tokenUpdatedAt: now,
      state: "active",
      pausedReason: null,
      pausedAt: null,
      throttledUntil: null,
      unclearSince: null,
      sluggishUntil: null,
      switchedOffEventNames: [],
      lastProbe: null,
      createdAt: now,
      updatedAt: now,
    };
    try {
      await storing(() => this.#accounts.create(row));
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      return { kind: (await this.find(id)) === null ? "waba_taken" : "id_taken" };
    }
    return { kind: "created", account: accountOf(row) };
  }

  async find(id: string): Promise<Account | null> {
    const row = await storing(() => this.#accounts.findById(id).read("primary").lean<AccountRow>());
    return row === null ? null : accountOf(row);
  }

  /** Those of them that exist, by their ids. */
  async findAll(ids: readonly string[]): Promise<Map<string, Account>> {
    const these = { _id: mongoose.trusted({ $in: [...ids] }) };
    const rows = await storing(() => this.#accounts.find(these).read("primary").lean<AccountRow[]>());
    return new Map(rows.map((row) => [row._id, accountOf(row)]));
  }

  async list(): Promise<Account[]> {
    const rows = await storing(() => this.#accounts.find().sort({ _id: 1 }).read("primary").lean<AccountRow[]>());
    return rows.map(accountOf);
  }

  async findByWaba(wabaId: string): Promise<Account | null> {
    const row = await storing(() => this.#accounts.findOne({ wabaId }).read("primary").lean<AccountRow>());
    return row === null ? null : accountOf(row);
  }

  /** Which of these ids belong to an account. */
  async existing(ids: readonly string[]): Promise<Set<string>> {
    const rows = await storing(() =>
      this.#accounts
        .find({ _id: mongoose.trusted({ $in: [...ids] }) })
        .select({ _id: 1 })
        .lean<{ _id: string }[]>(),
    );
    return new Set(rows.map((row) => row._id));
  }

  /** Remembers the dataset Meta has for the account, unless it has one already. Null when it has, or does not exist. */
  async linkDataset(id: string, datasetId: string, now: Date): Promise<Account | null> {
    return this.#updateWhere({ _id: id, datasetId: null }, { datasetId, switchedOffEventNames: [], updatedAt: now });
  }

  /** Changes settings. A new token counts as a new version; another dataset has its own opinion of event names. */
  async change(id: string, { accessToken, ...settings }: AccountChange, now: Date): Promise<Account | null> {
    const token =
      accessToken === undefined ? {} : { sealedToken: this.#vault.seal(accessToken, id), tokenUpdatedAt: now };
    const names = settings.datasetId === undefined ? {} : { switchedOffEventNames: [] };
    // Meta asked for patience with the token and the dataset of then: what it makes of these, the next request will
    // tell.
    const patience = accessToken === undefined && settings.datasetId === undefined ? {} : { throttledUntil: null };
    return this.#update(
      id,
      { ...names, ...patience, ...given(settings), ...token, updatedAt: now },
      accessToken === undefined ? {} : { $inc: { tokenVersion: 1 } },
    );
  }

  /**
   * Pauses the account, if it still uses the token and the dataset whose refusal is the reason: a late 190 for a
   * replaced token pauses nobody. True when this call paused it.
   */
  async pause(
    { id, tokenVersion, datasetId }: Pick<Account, "id" | "tokenVersion" | "datasetId">,
    reason: EventReason,
    now: Date,
  ): Promise<boolean> {
    const result = await storing(() =>
      this.#accounts.updateOne(
        { _id: id, tokenVersion, datasetId, state: "active" },
        { $set: { state: "paused", pausedReason: reason, pausedAt: now, updatedAt: now } },
      ),
    );
    return result.modifiedCount === 1;
  }

  /** Accounts that are paused, by whomever, or of which a name is switched off. */
  async inTrouble(): Promise<Account[]> {
    const hasOff = { "switchedOffEventNames.0": mongoose.trusted({ $exists: true }) };
    const rows = await storing(() =>
      this.#accounts
        .find({ $or: [{ state: "paused" }, hasOff] })
        .read("primary")
        .lean<AccountRow[]>(),
    );
    return rows.map(accountOf);
  }

  /** Pauses the account because a person wants it, whatever the reason it was paused for before. */
  async pauseByOperator(id: string, now: Date): Promise<Account | null> {
    return this.#update(id, { state: "paused", pausedReason: "paused_by_operator", pausedAt: now, updatedAt: now });
  }

  /** Resumes an account that a person has mended, unless it was paused anew or changed again meanwhile. */
  async resumeMended({ id, tokenVersion, datasetId, pausedAt }: Account, now: Date): Promise<Account | null> {
    const filter = { _id: id, tokenVersion, datasetId, pausedAt };
    return this.#updateWhere(filter, { state: "active", pausedReason: null, pausedAt: null, updatedAt: now });
  }

  /**
   * Lets its events go, whatever kept them: a pause, or Meta's wish to wait, of which a person may know that it is
   * over.
   */
  async resume(id: string, now: Date): Promise<Account | null> {
    const unpaused = { state: "active", pausedReason: null, pausedAt: null };
    return this.#update(id, { ...unpaused, throttledUntil: null, updatedAt: now });
  }

  /** Remembers what trying the account out at Meta showed. */
  async noteProbe(id: string, lastProbe: ProbeNote): Promise<void> {
    await this.#update(id, { lastProbe });
  }

  /**
   * Lets nothing of the account leave before `until`, if it still uses the token and the dataset that Meta asked to
   * wait; an earlier moment than the stored one changes nothing.
   */
  async throttle(
    { id, tokenVersion, datasetId }: Pick<Account, "id" | "tokenVersion" | "datasetId">,
    until: Date,
  ): Promise<void> {
    await storing(() =>
      this.#accounts.updateOne({ _id: id, tokenVersion, datasetId }, { $max: { throttledUntil: until } }),
    );
  }

  /** Notes that Meta's answer left open what became of events, so that every worker goes carefully. */
  async markUnclear(id: string, since: Date): Promise<void> {
    await storing(() => this.#accounts.updateOne({ _id: id }, { $max: { unclearSince: since } }));
  }

  /** A clear answer came: takes back every doubt that is not newer than `provenAt`. */
  async markClear(id: string, provenAt: Date): Promise<void> {
    await storing(() =>
      this.#accounts.updateOne(
        { _id: id, unclearSince: mongoose.trusted({ $lte: provenAt }) },
        { $set: { unclearSince: null } },
      ),
    );
  }

  /** Notes that requests of the account hang, so that until then its events make way for those of others. */
  async markSluggish(id: string, until: Date): Promise<void> {
    await storing(() => this.#accounts.updateOne({ _id: id }, { $max: { sluggishUntil: until } }));
  }

  /** Meta does not take this name on the account's dataset. True when this call switched it off. */
  async switchOffName(id: string, datasetId: string, eventName: string): Promise<boolean> {
    const result = await storing(() =>
      this.#accounts.updateOne({ _id: id, datasetId }, { $addToSet: { switchedOffEventNames: eventName } }),
    );
    return result.modifiedCount === 1;
  }

  /** Lets events of this name go to Meta again, to see whether it takes them now. */
  async switchOnName(id: string, eventName: string): Promise<void> {
    await storing(() => this.#accounts.updateOne({ _id: id }, { $pull: { switchedOffEventNames: eventName } }));
  }

  /** The access token, for the one place that talks to Meta. */
  openToken(account: Account): string {
    return this.#vault.open(account.sealedToken, account.id);
  }

  /** The same where somebody waits for an answer: null when no encryption key of ours opens it any more. */
  readToken(account: Account): string | null {
    try {
      return this.openToken(account);
    } catch (error) {
      if (error instanceof SealedValueError) return null;
      throw error;
    }
  }

  #update(id: string, $set: object, more: object = {}): Promise<Account | null> {
    return this.#updateWhere({ _id: id }, $set, more);
  }

  async #updateWhere(filter: Partial<AccountRow>, $set: object, more: object = {}): Promise<Account | null> {
    const row = await storing(() =>
      this.#accounts.findOneAndUpdate(filter, { $set, ...more }, { returnDocument: "after" }).lean<AccountRow>(),
    );
    return row === null ? null : accountOf(row);
  }

  get #accounts() {
    return this.#mongo.collections.accounts;
  }
}

/** Without the fields that were not given: MongoDB would store them as null. */
function given<Settings extends object>(settings: Settings): object {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}

function accountOf({ _id, ...row }: AccountRow): Account {
  return { id: _id, ...row };
}

const newAccountId = (): string => `acc_${randomBytes(9).toString("base64url").replace(/[-_]/g, "0")}`;
