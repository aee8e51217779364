import type { AttemptTrigger, ContentLine, EventReason, EventStatus } from "@capi-relay/contract";
import type { Attempt } from "./attempt.ts";
import type { ChosenClick } from "./chosen-click.ts";

/**
 * Whose conversion it is, in the only form that is ever stored: keyed look-up values, never a phone number or BSUID.
 */
export interface ContactKeys {
  readonly conversationId: string | null;
  readonly bsuidKey: string | null;
  /** The number as given. */
  readonly phoneKey: string | null;
  /** The same number as WhatsApp may write it (Brazil's ninth digit and its kin). */
  readonly phoneVariantKeys: readonly string[];
  /** A click id the request itself brought. */
  readonly ctwaClid: string | null;
}

/** Normalised and SHA-256 hashed, as Meta wants them. */
export interface HashedPersonalData {
  readonly em?: string;
  readonly ph?: string;
  readonly externalId?: string;
}

/** What was bought. */
export interface PurchaseDetails {
  readonly value: number | null;
  readonly currency: string | null;
  readonly orderId: string | null;
  readonly contentIds: readonly string[] | null;
  readonly contents: readonly ContentLine[] | null;
  readonly numItems: number | null;
}

/** One conversion as the ledger keeps it and the worker reads it. */
export interface ConversionEvent {
  /** The delivery key: see `deliveryKey`. */
  readonly id: string;
  readonly accountId: string;
  readonly eventId: string;
  readonly eventName: string;
  readonly testCode: string | null;
  readonly contact: ContactKeys;
  /** Null when no key of ours opens it: not to be taken for an event that has none. */
  readonly personal: HashedPersonalData | null;
  readonly details: PurchaseDetails;
  readonly fingerprint: string;
  /** When the conversion happened; never rewritten. */
  readonly eventTime: Date;
  readonly acceptedAt: Date;
  /** The one clock: not to be tried before this moment. */
  readonly dueAt: Date;
  /** Nothing is sent after this moment. */
  readonly expiresAt: Date;
  readonly status: EventStatus;
  readonly reason: EventReason | null;
  /** Bumped by every redrive, so that jobs of an earlier life are harmless. */
  readonly generation: number;
  readonly click: ChosenClick | null;
  readonly attempts: readonly Attempt[];
  /** What the next try would be: a redrive by a person starts the backoff anew. */
  readonly nextTrigger: AttemptTrigger;
  readonly endedAt: Date | null;
  /** True when Graph requests of this installation do not go to Meta itself. */
  readonly sandbox: boolean;
  /** Meta detected it itself and told us by webhook; absent for what order systems report. */
  readonly automatic?: true;
}
