import { randomBytes } from "node:crypto";
import type { AccountChange, AccountCreation, EventReason } from "@capi-relay/contract";
import type { AccountRow } from "./account-row.ts";
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

/** Accounts and their tokens. A token is sealed with the account's id, so a copied row cannot lend it to another account. */
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

  async list(): Promise<Account[]> {
    const rows = await storing(() => this.#accounts.find().sort({ _id: 1 }).read("primary").lean<AccountRow[]>());
    return rows.map(accountOf);
  }

  async findByWaba(wabaId: string): Promise<Account | null> {
    const row = await storing(() => this.#accounts.findOne({ wabaId }).read("primary").lean<AccountRow>());
    return row === null ? null : accountOf(row);
  }

  /**
   * Changes settings. A new token counts as a new version and lifts a pause that Meta's refusal of the old one caused;
   * an operator's pause stays.
   */
  async change(id: string, { accessToken, ...settings }: AccountChange, now: Date): Promise<Account | null> {
    const token =
      accessToken === undefined ? {} : { sealedToken: this.#vault.seal(accessToken, id), tokenUpdatedAt: now };
    const before = await storing(() =>
      this.#accounts
        .findOneAndUpdate(
          { _id: id },
          {
            $set: { ...settings, ...token, updatedAt: now },
            ...(accessToken === undefined ? {} : { $inc: { tokenVersion: 1 } }),
          },
          { returnDocument: "after" },
        )
        .lean<AccountRow>(),
    );
    if (before === null) return null;
    const liftsPause = accessToken !== undefined || settings.datasetId !== undefined;
    if (liftsPause && before.state === "paused" && before.pausedReason !== "paused_by_operator")
      return this.resume(id, now);
    return accountOf(before);
  }

  /**
   * Pauses the account, if it still uses the token version whose refusal is the reason: a late 190 for a replaced token
   * pauses nobody. True when this call paused it.
   */
  async pause(id: string, tokenVersion: number, reason: EventReason, now: Date): Promise<boolean> {
    const result = await storing(() =>
      this.#accounts.updateOne(
        { _id: id, tokenVersion, state: "active" },
        { $set: { state: "paused", pausedReason: reason, pausedAt: now, updatedAt: now } },
      ),
    );
    return result.modifiedCount === 1;
  }

  async resume(id: string, now: Date): Promise<Account | null> {
    const row = await storing(() =>
      this.#accounts
        .findOneAndUpdate(
          { _id: id },
          { $set: { state: "active", pausedReason: null, pausedAt: null, updatedAt: now } },
          { returnDocument: "after" },
        )
        .lean<AccountRow>(),
    );
    return row === null ? null : accountOf(row);
  }

  /** Lets nothing of the account leave before `until`; an earlier moment than the stored one changes nothing. */
  async throttle(id: string, until: Date): Promise<void> {
    await storing(() => this.#accounts.updateOne({ _id: id }, { $max: { throttledUntil: until } }));
  }

  /** The access token, for the one place that talks to Meta. */
  openToken(account: Account): string {
    return this.#vault.open(account.sealedToken, account.id);
  }

  get #accounts() {
    return this.#mongo.collections.accounts;
  }
}

function accountOf({ _id, ...row }: AccountRow): Account {
  return { id: _id, ...row };
}

const newAccountId = (): string => `acc_${randomBytes(9).toString("base64url").replace(/[-_]/g, "0")}`;
