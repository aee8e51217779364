import { createHmac, type KeyObject } from "node:crypto";
import type { ConversionEvent, PurchaseDetails } from "./conversion-event.ts";
import { normaliseEmail, normaliseExternalId, normalisePhone } from "./user-data-hash.ts";

/**
 * What makes a repeated `eventId` the same conversion: the name, whose it is, and how much. Plain, as the caller wrote
 * it.
 */
export interface FingerprintedFields {
  /** The name that goes to Meta, so that an alias and its target are the same. */
  readonly eventName: string;
  readonly conversationId?: string | null | undefined;
  readonly phoneE164?: string | null | undefined;
  readonly bsuid?: string | null | undefined;
  readonly ctwaClid?: string | null | undefined;
  readonly email?: string | null | undefined;
  readonly externalId?: string | null | undefined;
  readonly value?: number | null | undefined;
  readonly currency?: string | null | undefined;
}

/**
 * 22 characters of base64url that are equal when the fields are. Keyed (HMAC-SHA256), because it is stored beside the
 * event and covers phone number and e-mail: whoever reads the ledger cannot guess them back from it without the key.
 * Whoever may send conversions can ask the API whether a guess is right, which is slowed down there. The event time is
 * not in it: see `conflictingDifferences`.
 * @param key As an object made once: Node takes six times as long over a key that comes as bytes each time.
 */
export function eventFingerprint(key: KeyObject, fields: FingerprintedFields): string {
  // In this order for ever: rows written years ago are compared with it.
  const parts = [
    fields.eventName,
    fields.conversationId ?? null,
    normalised(fields.phoneE164, normalisePhone),
    fields.bsuid ?? null,
    fields.ctwaClid ?? null,
    normalised(fields.email, normaliseEmail),
    normalised(fields.externalId, normaliseExternalId),
    fields.value ?? null,
    normalised(fields.currency, (currency) => currency.toUpperCase()),
  ];
  return createHmac("sha256", key).update(JSON.stringify(parts)).digest().subarray(0, 16).toString("base64url");
}

/** A warning and the details it compares, for fields that make no conflict. */
const COMPARED_DETAILS: readonly (readonly [param: string, pick: (details: PurchaseDetails) => unknown])[] = [
  ["orderId", ({ orderId }) => orderId],
  ["contentIds", ({ contentIds }) => contentIds],
  ["contents", ({ contents }) => contents?.map(({ id, quantity, itemPrice }) => [id, quantity, itemPrice ?? null])],
  ["numItems", ({ numItems }) => numItems],
];

const TIME_LEFT_OUT = "eventTime is missing here and was in the first request with this eventId; that one stands.";
const TIME_ADDED =
  "eventTime was not in the first request with this eventId, so the time that one came in stands, not this one.";

type ComparedReport = Pick<ConversionEvent, "details" | "testCode"> & {
  /** False when the time of the request stood in for the event's. */
  readonly eventTimeGiven?: boolean;
};

/** One sentence for each difference that is no conflict but worth knowing: the first report stands. Names no values. */
export function differencesWorthAWarning(stored: ComparedReport, incoming: ComparedReport): string[] {
  const differs = (one: unknown, other: unknown) => JSON.stringify(one ?? null) !== JSON.stringify(other ?? null);
  const params = COMPARED_DETAILS.filter(([, pick]) => differs(pick(stored.details), pick(incoming.details))).map(
    ([param]) => param,
  );
  if (differs(stored.testCode, incoming.testCode)) params.push("testCode");
  const warnings = params.map(
    (param) => `${param} differs from the first request with this eventId; the first one stands.`,
  );
  // Two times that differ are a conflict. One beside none is not, but the time that stands is not what one of them
  // said.
  const isTimeInOne = (stored.eventTimeGiven ?? false) !== (incoming.eventTimeGiven ?? false);
  return isTimeInOne ? [...warnings, stored.eventTimeGiven ? TIME_LEFT_OUT : TIME_ADDED] : warnings;
}

function normalised(text: string | null | undefined, normalise: (text: string) => string): string | null {
  return text === null || text === undefined ? null : normalise(text);
}
