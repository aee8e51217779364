import type { EventStatus, Resolution } from "@capi-relay/contract";
import {
  CANCELLABLE,
  type EventCorrection,
  type EventLedger,
  type EventLives,
  type LedgerEvent,
} from "@capi-relay/storage";
import type { Dispatcher } from "./dispatcher.ts";
import { arrivalRefusal, cancelRefusal, correctionRefusal, redriveRefusal } from "./judge-case-work.ts";
import type { RedriveRefusal } from "./redrive-refusal.ts";

export interface DecisionPorts {
  readonly ledger: Pick<EventLedger, "find">;
  readonly lives: Pick<EventLives, "requeue" | "cancel" | "end">;
  readonly dispatcher: Pick<Dispatcher, "enqueue" | "forgetJob">;
  readonly now: () => Date;
}

export interface RedriveWish {
  /** What to correct first. */
  readonly correction?: EventCorrection | null;
  /** Also an event of which a try may have arrived: Meta may then count it twice. */
  readonly evenIfArrived?: boolean;
}

interface Refused {
  readonly kind: "refused";
  readonly because: RedriveRefusal;
}
interface NotFound {
  readonly kind: "not_found";
}
export type Redriven = { readonly kind: "requeued"; readonly generation: number } | Refused | NotFound;
export type Cancelled = { readonly kind: "cancelled" } | Refused | NotFound;
export type Resolved = Redriven | { readonly kind: "resolved" };

/** Carries out what a person, or a program in their name, decides about one event, unless it is too late for that. */
export class Decisions {
  readonly #ports: DecisionPorts;

  constructor(ports: DecisionPorts) {
    this.#ports = ports;
  }

  /**
   * Sends an event again, in a new life, corrected or as it was. Delivered ones and those of unknown outcome are never
   * resent this way; what Meta may hold is not corrected, and resent only by somebody who knows and wants it.
   */
  async redrive(id: string, { correction = null, evenIfArrived = false }: RedriveWish = {}): Promise<Redriven> {
    const event = await this.#ports.ledger.find(id);
    if (event === null) return { kind: "not_found" };
    const now = this.#ports.now();
    const refusal =
      redriveRefusal(event, now) ??
      (correction === null ? null : correctionRefusal(event)) ??
      (evenIfArrived ? null : arrivalRefusal(event));
    if (refusal !== null) return { kind: "refused", because: refusal };
    return this.#startAnew(event, [event.status], now, correction);
  }

  /** Ends an event that nothing was sent of; refused while a worker has it and once Meta may hold it. */
  async cancel(id: string, reason: "cancelled_by_caller" | "cancelled_by_operator"): Promise<Cancelled> {
    const event = await this.#ports.ledger.find(id);
    if (event === null) return { kind: "not_found" };
    const refusal = cancelRefusal(event);
    if (refusal !== null) return { kind: "refused", because: refusal };
    const cancelled = await this.#ports.lives.cancel(event, CANCELLABLE, reason, this.#ports.now());
    if (!cancelled) return { kind: "refused", because: "under_way" };
    await this.#ports.dispatcher.forgetJob(event);
    return { kind: "cancelled" };
  }

  /** Ends the doubt about an event: a person has looked and says what became of it, or has it sent again. */
  async resolve(id: string, as: Resolution): Promise<Resolved> {
    const event = await this.#ports.ledger.find(id);
    if (event === null) return { kind: "not_found" };
    if (event.status !== "outcome_unknown") return { kind: "refused", because: "outcome_is_known" };
    if (as === "resend" && event.sample === true) return { kind: "refused", because: "sample_data" };
    const now = this.#ports.now();
    if (as === "resend") {
      if (event.expiresAt <= now) return { kind: "refused", because: "window_passed" };
      return this.#startAnew(event, ["outcome_unknown"], now, null);
    }
    const ended =
      as === "delivered"
        ? await this.#ports.lives.end(event, "outcome_unknown", "delivered", null, now)
        : await this.#ports.lives.end(event, "outcome_unknown", "cancelled", "abandoned_unknown", now);
    return ended ? { kind: "resolved" } : { kind: "refused", because: "outcome_is_known" };
  }

  async #startAnew(
    event: LedgerEvent,
    from: readonly EventStatus[],
    now: Date,
    correction: EventCorrection | null,
  ): Promise<Redriven> {
    const requeued = await this.#ports.lives.requeue(event, from, now, "manual", correction);
    if (requeued === null) return { kind: "refused", because: "under_way" };
    await this.#ports.dispatcher.enqueue(requeued);
    await this.#ports.dispatcher.forgetJob(event);
    return { kind: "requeued", generation: requeued.generation };
  }
}
