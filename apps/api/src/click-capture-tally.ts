import type { ClickCaptureCount, ClickCaptureStore } from "@capi-relay/storage";
import type { InboundContactMessage } from "@capi-relay/whatsapp";

/** Who watches the webhook: told of every message, in passing. */
export interface ClickCaptureWatch {
  /** @param isNewClick False for a click that was known, as when Meta repeats a delivery. */
  taken(
    message: Pick<InboundContactMessage, "wabaId" | "phoneNumberId" | "sentAt" | "referralWithoutClick">,
    isNewClick: boolean,
  ): void;
}

export interface ClickCaptureTallyOptions {
  readonly captures: Pick<ClickCaptureStore, "add">;
  readonly flushEveryMs: number;
  /** Told when the counts could not be stored; they are kept for the next time. */
  readonly onTrouble: (error: unknown) => void;
}

const DAY_MS = 86_400_000;

/**
 * Counts ad referrals with and without click id, by number and day, so that people see when clicks are no longer
 * captured. Telling costs a few steps in memory; the counts go to the database every few seconds and at the end. They
 * are statistics: a process that is killed forgets what it had not stored.
 */
export class ClickCaptureTally implements ClickCaptureWatch {
  readonly #options: ClickCaptureTallyOptions;
  readonly #timer: NodeJS.Timeout;
  #counted = new Map<string, ClickCaptureCount>();
  #flushing: Promise<void> = Promise.resolve();

  constructor(options: ClickCaptureTallyOptions) {
    this.#options = options;
    this.#timer = setInterval(() => void this.flush(), options.flushEveryMs).unref();
  }

  taken(
    { wabaId, phoneNumberId, sentAt, referralWithoutClick }: Parameters<ClickCaptureWatch["taken"]>[0],
    isNewClick: boolean,
  ): void {
    if (!isNewClick && !referralWithoutClick) return;
    const day = new Date(sentAt.getTime() - (sentAt.getTime() % DAY_MS));
    const [withClickId, withoutClickId] = isNewClick ? [1, 0] : [0, 1];
    this.#add({ wabaId, phoneNumberId, day, withClickId, withoutClickId });
  }

  /** Stores what was counted so far. Never rejects. */
  async flush(): Promise<void> {
    this.#flushing = this.#flushing.then(() => this.#store());
    await this.#flushing;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.flush();
  }

  #add(one: ClickCaptureCount): void {
    const key = `${one.wabaId}:${one.phoneNumberId ?? ""}:${one.day.getTime()}`;
    const known = this.#counted.get(key);
    const withClickId = one.withClickId + (known?.withClickId ?? 0);
    const withoutClickId = one.withoutClickId + (known?.withoutClickId ?? 0);
    this.#counted.set(key, { ...one, withClickId, withoutClickId });
  }

  async #store(): Promise<void> {
    const counts = [...this.#counted.values()];
    this.#counted = new Map();
    try {
      await this.#options.captures.add(counts);
    } catch (error) {
      for (const one of counts) this.#add(one);
      this.#options.onTrouble(error);
    }
  }
}
