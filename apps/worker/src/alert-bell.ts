import type { Logger } from "@capi-relay/runtime";
import type { AlertCause, AlertKind, AlertStore } from "@capi-relay/storage";

/** What each kind says to a person at 3 am: what is wrong, and what to do. */
const SENTENCES: Readonly<Record<AlertKind, string>> = {
  account_paused:
    "Meta refuses this account, so it is paused and its events are held. Mend what the reason names; they then go out by deadline.",
  event_name_switched_off:
    "Meta does not take this event name on the account's dataset, so it is switched off. Switch it on again once Meta takes it.",
  meta_counted_none:
    "Meta answers 200 but counts no event of this account. Check that the dataset is the one linked to its WABA.",
  event_quarantined:
    "Workers died five times in a row during this event, so it is set aside. Report it, then retry it.",
};

export interface AlertBellOptions {
  readonly alerts: Pick<AlertStore, "raise">;
  /** Where each new alert is posted as JSON; undefined for nowhere. */
  readonly webhookUrl: string | undefined;
  readonly log: Logger;
  readonly now: () => Date;
}

const WEBHOOK_TIMEOUT_MS = 5_000;

/** Tells people, once per cause: a row, a warning, and a post to whoever listens. */
export class AlertBell {
  readonly #options: AlertBellOptions;
  readonly #posting = new Set<Promise<void>>();

  constructor(options: AlertBellOptions) {
    this.#options = options;
  }

  async ring(cause: AlertCause): Promise<void> {
    const { alerts, log, now } = this.#options;
    if (!(await alerts.raise(cause, now()))) return;
    const text = SENTENCES[cause.kind];
    log.warn({ ...cause, text }, "alert.opened");
    this.#postSoon({ ...cause, text, openedAt: now().toISOString() });
  }

  /** Resolves when everything that was to be posted is, or has failed. */
  async close(): Promise<void> {
    await Promise.all(this.#posting);
  }

  /** Whoever rings has events to record, and a slow listener must not keep it from that. */
  #postSoon(body: object): void {
    const posted = this.#post(body).finally(() => this.#posting.delete(posted));
    this.#posting.add(posted);
  }

  /** Best effort: the row is the truth, and whoever reads the webhook may be away. */
  async #post(body: object): Promise<void> {
    const { webhookUrl, log } = this.#options;
    if (webhookUrl === undefined) return;
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
    } catch (err) {
      log.warn({ err }, "the alert webhook cannot be reached");
    }
  }
}
