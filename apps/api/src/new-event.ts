import type { KeyObject } from "node:crypto";
import type { ConversionRequest } from "@capi-relay/contract";
import { type AcceptedIntake, contactKeys, deliveryKey, eventFingerprint, hashPersonalData } from "@capi-relay/domain";
import type { LedgerEvent } from "@capi-relay/storage";
import type { LookupKeys } from "@capi-relay/vault";

export interface EventMaking {
  readonly lookupKeys: LookupKeys;
  readonly fingerprintKey: KeyObject;
  /** True when Graph requests of this installation do not go to Meta itself. */
  readonly sandbox: boolean;
}

/** The event a request stands for. From here on no phone number, e-mail address or external id is left in plain. */
export function newEvent(
  request: ConversionRequest,
  judged: AcceptedIntake,
  acceptedAt: Date,
  { lookupKeys, fingerprintKey, sandbox }: EventMaking,
): LedgerEvent {
  const { eventName, eventTime, eventTimeGiven, dueAt, expiresAt } = judged;
  return {
    id: deliveryKey(request),
    accountId: request.accountId,
    eventId: request.eventId,
    eventName,
    testCode: request.testCode ?? null,
    contact: contactKeys(request, lookupKeys),
    personal: hashPersonalData(request),
    details: {
      value: request.value ?? null,
      currency: request.currency ?? null,
      orderId: request.orderId ?? null,
      contentIds: request.contentIds ?? null,
      contents: request.contents ?? null,
      numItems: request.numItems ?? null,
    },
    fingerprint: eventFingerprint(fingerprintKey, { ...request, eventName }),
    eventTimeGiven,
    eventTime,
    acceptedAt,
    dueAt,
    expiresAt,
    status: "queued",
    reason: null,
    generation: 0,
    click: null,
    attempts: [],
    starts: 0,
    nextTrigger: "scheduled",
    endedAt: null,
    sandbox,
  };
}
