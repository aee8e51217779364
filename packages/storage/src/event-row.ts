import type { AttemptTrigger, EventReason, EventStatus } from "@capi-relay/contract";
import type { Attempt, ChosenClick, ContactKeys, PurchaseDetails } from "@capi-relay/domain";
import type { LeftEnding } from "./left-ending.ts";

/** A worker's hold on an event: whoever shows the token may record its outcome. */
export interface Claim {
  readonly token: string;
  /** By MongoDB's clock: after this moment the sweeper may take the event over. */
  readonly until: Date;
  readonly startedAt: Date;
  /** Noted only in the lane of one: false until just before the request, so that a crash before it harmed nobody. */
  readonly departed?: boolean;
}

/** One document of `events`, the ledger. */
export interface EventRow {
  readonly _id: string;
  readonly accountId: string;
  readonly eventId: string;
  readonly eventName: string;
  readonly testCode: string | null;
  readonly contact: ContactKeys;
  /** The hashed personal data as sealed JSON; absent when there is none, or once retention has removed it. */
  readonly personal?: string;
  /** True while the row holds anything that could point to a person: sealed data, look-up keys, a click id. */
  readonly retained: boolean;
  readonly details: PurchaseDetails;
  readonly fingerprint: string;
  readonly eventTimeGiven: boolean;
  readonly eventTime: Date;
  readonly acceptedAt: Date;
  readonly dueAt: Date;
  readonly expiresAt: Date;
  readonly status: EventStatus;
  readonly reason: EventReason | null;
  readonly generation: number;
  readonly claim?: Claim;
  /** Turns that were claimed and never recorded, in a row: workers died during them. */
  readonly starts: number;
  /** The token of the last claim whose outcome was recorded, and of the last one the sweeper took away. */
  readonly recordedBy?: string;
  readonly takenFrom?: string;
  /** Look-up values whose click would wake the event; present exactly while it is `waiting_click`. */
  readonly waitsFor?: readonly string[];
  readonly click: ChosenClick | null;
  readonly attempts: readonly Attempt[];
  readonly nextTrigger: AttemptTrigger;
  readonly endedAt: Date | null;
  readonly sandbox: boolean;
  /** Endings this event had before it went on; absent for all that stayed where they ended. */
  readonly leftEndings?: readonly LeftEnding[];
  /** Invented for a look at the console: such a row never becomes queued, so nothing of it is ever sent. */
  readonly sample?: true;
}
