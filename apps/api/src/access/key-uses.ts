import type { ApiKeyStore } from "@capi-relay/storage";

const WRITTEN_EVERY_MS = 60_000;

/** When each key was used last: kept in memory and written once a minute, so that no request ever waits for it. */
export class KeyUses {
  readonly #store: Pick<ApiKeyStore, "noteUses">;
  readonly #onFailure: (error: unknown) => void;
  readonly #timer: NodeJS.Timeout;
  #uses = new Map<string, Date>();

  constructor(store: Pick<ApiKeyStore, "noteUses">, onFailure: (error: unknown) => void) {
    this.#store = store;
    this.#onFailure = onFailure;
    this.#timer = setInterval(() => void this.write(), WRITTEN_EVERY_MS).unref();
  }

  note(keyId: string, at: Date): void {
    this.#uses.set(keyId, at);
  }

  /** Writes what was noted since the last time; what cannot be written now is kept for the next. */
  async write(): Promise<void> {
    const uses = this.#uses;
    this.#uses = new Map();
    try {
      await this.#store.noteUses(uses);
    } catch (error) {
      this.#uses = new Map([...uses, ...this.#uses]);
      this.#onFailure(error);
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.write();
  }
}
