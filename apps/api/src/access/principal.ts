import type { ApiKeyScope } from "@capi-relay/contract";
import type { ApiKey } from "@capi-relay/storage";

type Rights = Pick<ApiKey, "id" | "scopes" | "accountIds" | "defaultWaitSeconds" | "expiresAt"> & {
  readonly who: string;
  readonly requestsPerMinute: number;
};

/** Who sent a request, and what may be done for them. */
export class Principal {
  /** The key's id, or `root`. */
  readonly id: string;
  /** For the audit trail: the key's name and id. */
  readonly who: string;
  /** Null: all accounts. */
  readonly accountIds: readonly string[] | null;
  /** How long a conversion's request waits for its ending when it does not say so itself, in seconds. */
  readonly defaultWaitSeconds: number;
  /** 0: no limit. */
  readonly requestsPerMinute: number;
  /** Null: never. */
  readonly expiresAt: Date | null;
  readonly #scopes: readonly ApiKeyScope[];
  readonly #accounts: ReadonlySet<string> | null;

  constructor({ id, who, scopes, accountIds, defaultWaitSeconds, requestsPerMinute, expiresAt }: Rights) {
    this.id = id;
    this.who = who;
    this.accountIds = accountIds;
    this.defaultWaitSeconds = defaultWaitSeconds;
    this.requestsPerMinute = requestsPerMinute;
    this.expiresAt = expiresAt;
    this.#scopes = scopes;
    this.#accounts = accountIds === null ? null : new Set(accountIds);
  }

  /** `admin` includes every scope; each of the others stands for itself. */
  can(scope: ApiKeyScope): boolean {
    return this.#scopes.includes(scope) || this.#scopes.includes("admin");
  }

  mayUse(accountId: string): boolean {
    return this.#accounts === null || this.#accounts.has(accountId);
  }

  /** Whether every one of these accounts is among this key's own; null stands for all there are and will be. */
  covers(accountIds: readonly string[] | null): boolean {
    return accountIds === null ? this.accountIds === null : accountIds.every((id) => this.mayUse(id));
  }
}

/** The holder of ADMIN_API_KEY: everything, everywhere, as often as they like. */
export const ROOT = new Principal({
  id: "root",
  who: "root key",
  scopes: ["admin"],
  accountIds: null,
  defaultWaitSeconds: 0,
  requestsPerMinute: 0,
  expiresAt: null,
});

/** Whoever uses a public route: may do nothing, so that a forgotten check opens nothing. */
export const NOBODY = new Principal({
  id: "nobody",
  who: "nobody",
  scopes: [],
  accountIds: [],
  defaultWaitSeconds: 0,
  requestsPerMinute: 0,
  expiresAt: null,
});
