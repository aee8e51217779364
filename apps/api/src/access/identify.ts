import type { ApiKey, CachedApiKeys } from "@capi-relay/storage";
import { apiKeyHash, digestEquals, judgeApiKeyShape } from "@capi-relay/vault";
import { Principal, ROOT } from "./principal.ts";

/** What a presented key turned out to be. A revoked one is `unknown`: it tells its finder nothing. */
export type Identified =
  | { readonly kind: "known"; readonly principal: Principal }
  | { readonly kind: "unknown" }
  | { readonly kind: "damaged" }
  | { readonly kind: "expired" };

export interface IdentityPorts {
  readonly rootKey: string;
  readonly apiKeys: Pick<CachedApiKeys, "find" | "findMet" | "fresh">;
  /** For keys that have no limit of their own, in requests a minute; 0: none. */
  readonly requestsPerMinute: number;
  readonly now: () => Date;
}

const UNKNOWN: Identified = { kind: "unknown" };

/** Finds out whose key it is. The root key needs no database, and so works without one. */
export class Identities {
  readonly #ports: IdentityPorts;
  readonly #rootHash: string;
  /** One principal for as long as its key is cached. */
  readonly #principals = new WeakMap<ApiKey, Principal>();

  constructor(ports: IdentityPorts) {
    this.#ports = ports;
    this.#rootHash = apiKeyHash(ports.rootKey);
  }

  /** @throws StorageUnavailable when the key must be looked up and the database is away. */
  async identify(presented: string): Promise<Identified> {
    const { apiKeys } = this.#ports;
    const hash = apiKeyHash(presented);
    if (digestEquals(hash, this.#rootHash)) return { kind: "known", principal: ROOT };
    const inUse = await apiKeys.fresh(hash);
    if (inUse !== null) return this.#judge(inUse);
    const shape = judgeApiKeyShape(presented);
    if (shape !== "whole") return shape === "damaged" ? { kind: "damaged" } : UNKNOWN;
    return this.#judge(await apiKeys.find(hash));
  }

  /**
   * The same for where somebody has guessed too often: only keys this process has met, so that no guess is looked up.
   */
  async identifyInUse(presented: string): Promise<Identified> {
    return this.#judge(await this.#ports.apiKeys.findMet(apiKeyHash(presented)));
  }

  #judge(key: ApiKey | null): Identified {
    if (key === null || key.revokedAt !== null) return UNKNOWN;
    if (key.expiresAt !== null && key.expiresAt <= this.#ports.now()) return { kind: "expired" };
    return { kind: "known", principal: this.#principalOf(key) };
  }

  #principalOf(key: ApiKey): Principal {
    const known = this.#principals.get(key);
    if (known !== undefined) return known;
    const requestsPerMinute = key.requestsPerMinute ?? this.#ports.requestsPerMinute;
    const principal = new Principal({ ...key, who: `${key.name} (${key.id})`, requestsPerMinute });
    this.#principals.set(key, principal);
    return principal;
  }
}
