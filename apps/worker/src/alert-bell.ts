import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "@capi-relay/runtime";
import type { AlertCause, AlertRow, AlertStore } from "@capi-relay/storage";
import { alertText, allClearText } from "./alert-text.ts";

export interface AlertBellOptions {
  readonly alerts: Pick<AlertStore, "raise" | "close">;
  /** Where each alert is posted as JSON, when it opens and when it closes; undefined for nowhere. */
  readonly webhookUrl: string | undefined;
  readonly log: Logger;
  readonly now: () => Date;
  /** Before each further try of a post that did not get through, in milliseconds. Default: 2 s, then 10 s. */
  readonly pausesMs?: readonly number[];
}

/** What whoever listens hears. */
interface Post extends AlertCause {
  readonly text: string;
  readonly openedAt: Date;
  /** Null when it has just opened. */
  readonly closedAt: Date | null;
}

const WEBHOOK_TIMEOUT_MS = 5_000;
const PAUSES_MS = [2_000, 10_000];

/** Tells people, once per cause, and once more when it is gone: a row, a line, and a post to whoever listens. */
export class AlertBell {
  readonly #options: AlertBellOptions;
  readonly #posting = new Set<Promise<void>>();
  readonly #closing = new AbortController();

  constructor(options: AlertBellOptions) {
    this.#options = options;
  }

  /** True if nobody had been told of this cause yet. */
  async ring(cause: AlertCause): Promise<boolean> {
    const { alerts, log, now } = this.#options;
    if (!(await alerts.raise(cause, now()))) return false;
    const text = alertText(cause);
    log.warn({ ...cause, text }, "alert.opened");
    this.#postSoon({ ...cause, text, openedAt: now(), closedAt: null });
    return true;
  }

  /** Closes an alert whose cause is gone. */
  async allClear({ _id, kind, accountId, detail, openedAt }: AlertRow): Promise<void> {
    const { alerts, log, now } = this.#options;
    const closedAt = now();
    if (!(await alerts.close(_id, closedAt))) return;
    const cause = { kind, accountId, detail };
    const text = allClearText(cause);
    log.info({ ...cause, text }, "alert.closed");
    this.#postSoon({ ...cause, text, openedAt, closedAt });
  }

  /**
   * Resolves when everything that was to be posted is, or has failed; what failed before is not tried again any more.
   */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all(this.#posting);
  }

  /** Whoever rings has events to record, and a slow listener must not keep it from that. */
  #postSoon(body: Post): void {
    const posted = this.#post(body).finally(() => this.#posting.delete(posted));
    this.#posting.add(posted);
  }

  /** Best effort: the row is the truth, and whoever reads the webhook may be away for longer than this is tried. */
  async #post(body: Post): Promise<void> {
    const { webhookUrl, pausesMs = PAUSES_MS } = this.#options;
    if (webhookUrl === undefined || (await this.#getsThrough(webhookUrl, body))) return;
    for (const pauseMs of pausesMs) {
      await sleep(pauseMs, undefined, { signal: this.#closing.signal }).catch(() => undefined);
      if (this.#closing.signal.aborted || (await this.#getsThrough(webhookUrl, body))) return;
    }
  }

  async #getsThrough(webhookUrl: string, body: Post): Promise<boolean> {
    const { log } = this.#options;
    try {
      const answer = await fetch(webhookUrl, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
        redirect: "error",
        signal: AbortSignal.timeout(WEBHOOK_TIMEOUT_MS),
      });
      await answer.body?.cancel();
      if (!answer.ok) log.warn({ status: answer.status }, "the alert webhook refused an alert");
      return answer.ok;
    } catch (err) {
      log.warn({ err }, "the alert webhook cannot be reached");
      return false;
    }
  }
}
