import { EVENT_NAME_PRESETS } from "./event-name-presets.ts";
import type { Locale } from "./graph/texts/user-texts.ts";

/** What the sandbox believes about one WhatsApp Business Account, its dataset and the token that may use both. */
export interface WabaSettings {
  /** Null: no dataset yet; `POST /{version}/{wabaId}/dataset` creates one. */
  readonly datasetId: string | null;
  /** False imitates a website pixel: the dataset exists and the token may use it, but no WABA is linked to it. */
  readonly linked: boolean;
  readonly allowedEventNames: readonly string[];
  readonly token: string;
  readonly tokenPermissions: readonly string[];
  readonly tokenExpiresAt: Date | null;
  /** Language of `error_user_title` and `error_user_msg`. */
  readonly locale: Locale;
  readonly appSecretRequired: boolean;
  /** Meta does not always send `is_transient`. */
  readonly omitIsTransient: boolean;
  /** More calls than this in a window are refused with 80004; usage headers rise on the way there. */
  readonly callLimit: { readonly calls: number; readonly windowMs: number } | null;
}
export interface Waba extends WabaSettings {
  readonly id: string;
}
export type WabaChanges = { readonly [K in keyof WabaSettings]?: WabaSettings[K] | undefined };

const DEFAULTS: Omit<WabaSettings, "token"> = {
  datasetId: null,
  linked: true,
  allowedEventNames: EVENT_NAME_PRESETS.default5,
  tokenPermissions: ["whatsapp_business_management", "whatsapp_business_manage_events"],
  tokenExpiresAt: null,
  locale: "en",
  appSecretRequired: false,
  omitIsTransient: false,
  callLimit: null,
};

const MAX_REVOKED_TOKENS = 1000;

/** WABAs, datasets, tokens and known clicks. In memory only: seed it again after a restart. */
export class World {
  readonly #wabas = new Map<string, Waba>();
  readonly #clicks = new Map<string, Set<string>>();
  readonly #revokedTokens = new Set<string>();
  readonly #byToken = new Map<string, Waba[]>();
  readonly #byDataset = new Map<string, Waba[]>();

  /** Creates the WABA or replaces all its settings; what is not given gets its default. */
  putWaba(id: string, settings: WabaChanges & { readonly token: string }): Waba {
    return this.#store(id, DEFAULTS, settings);
  }

  /** Changes only what is given. Null when no such WABA was seeded. */
  patchWaba(id: string, changes: WabaChanges): Waba | null {
    const current = this.#wabas.get(id);
    return current === undefined ? null : this.#store(id, current, changes);
  }

  findWaba(id: string): Waba | null {
    return this.#wabas.get(id) ?? null;
  }

  wabasOfToken(token: string): readonly Waba[] {
    return this.#byToken.get(token) ?? [];
  }

  wabasLinkedTo(datasetId: string): readonly Waba[] {
    return (this.#byDataset.get(datasetId) ?? []).filter((waba) => waba.linked);
  }

  hasDataset(datasetId: string): boolean {
    return this.#byDataset.has(datasetId);
  }

  /** True for a token that was replaced by another one. */
  isRevoked(token: string): boolean {
    return this.#revokedTokens.has(token);
  }

  /** Answers how many were new. The WABA itself need not be seeded yet. */
  addClicks(wabaId: string, ctwaClids: Iterable<string>): number {
    const known = this.#clicks.get(wabaId) ?? new Set();
    this.#clicks.set(wabaId, known);
    const before = known.size;
    for (const ctwaClid of ctwaClids) known.add(ctwaClid);
    return known.size - before;
  }

  isKnownClick(wabaId: string, ctwaClid: string): boolean {
    return this.#clicks.get(wabaId)?.has(ctwaClid) ?? false;
  }

  #store(id: string, base: Omit<WabaSettings, "token">, changes: WabaChanges): Waba {
    const replacedToken = this.#wabas.get(id)?.token;
    const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
    const waba = { ...base, ...given, id } as Waba;
    this.#wabas.set(id, waba);
    this.#reindex();
    if (replacedToken !== undefined && !this.#byToken.has(replacedToken)) this.#revoke(replacedToken);
    this.#revokedTokens.delete(waba.token);
    return waba;
  }

  #revoke(token: string): void {
    this.#revokedTokens.add(token);
    const [oldest] = this.#revokedTokens;
    if (this.#revokedTokens.size > MAX_REVOKED_TOKENS && oldest !== undefined) this.#revokedTokens.delete(oldest);
  }

  #reindex(): void {
    this.#byToken.clear();
    this.#byDataset.clear();
    for (const waba of this.#wabas.values()) {
      append(this.#byToken, waba.token, waba);
      if (waba.datasetId !== null) append(this.#byDataset, waba.datasetId, waba);
    }
  }
}

function append(index: Map<string, Waba[]>, key: string, waba: Waba): void {
  const entry = index.get(key);
  if (entry === undefined) index.set(key, [waba]);
  else entry.push(waba);
}
