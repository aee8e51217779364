import type { ReportDifference } from "@capi-relay/contract";
import type { ConversionEvent } from "./conversion-event.ts";

/** What makes a repeated `eventId` the same conversion. */
export interface ComparableReport
  extends Pick<ConversionEvent, "eventName" | "eventTime" | "contact" | "personal" | "fingerprint"> {
  /** False when the time of the request stood in for the event's. */
  readonly eventTimeGiven: boolean;
  readonly details: Pick<ConversionEvent["details"], "value" | "currency">;
}

/**
 * What keeps a repeated `eventId` from being the same conversion reported again; nothing if it is. The same is what was
 * reported first, and also what it was corrected to since, as long as the ledger still knows whose it is. Times count
 * only if both gave one: a caller that leaves the time out repeats itself a few seconds later. That it is about
 * somebody else is told only where nothing else differs, and never in which of the fields.
 */
export function conflictingDifferences(
  stored: ComparableReport,
  incoming: ComparableReport,
): readonly ReportDifference[] {
  const time: ReportDifference[] = isSameTime(stored, incoming) ? [] : ["eventTime"];
  if (stored.fingerprint === incoming.fingerprint || isSameAsItStands(stored, incoming)) return time;
  const plain = plainDifferences(stored, incoming);
  return [...(plain.length === 0 ? (["identity"] as const) : plain), ...time];
}

function isSameTime(stored: ComparableReport, incoming: ComparableReport): boolean {
  if (!stored.eventTimeGiven || !incoming.eventTimeGiven) return true;
  return stored.eventTime.getTime() === incoming.eventTime.getTime();
}

/** An event that was corrected keeps the fingerprint of its first report. */
function isSameAsItStands(stored: ComparableReport, incoming: ComparableReport): boolean {
  if (stored.personal === null) return false;
  return plainDifferences(stored, incoming).length === 0 && whose(stored) === whose(incoming);
}

function plainDifferences(stored: ComparableReport, incoming: ComparableReport): ReportDifference[] {
  const differs: readonly (readonly [ReportDifference, boolean])[] = [
    ["eventName", stored.eventName !== incoming.eventName],
    ["value", stored.details.value !== incoming.details.value],
    ["currency", stored.details.currency !== incoming.details.currency],
  ];
  return differs.filter(([, isDifferent]) => isDifferent).map(([name]) => name);
}

function whose({ contact, personal }: ComparableReport): string {
  const { conversationId, bsuidKey, phoneKey, ctwaClid } = contact;
  const { em = null, ph = null, externalId = null } = personal ?? {};
  return JSON.stringify([conversationId, bsuidKey, phoneKey, ctwaClid, em, ph, externalId]);
}
