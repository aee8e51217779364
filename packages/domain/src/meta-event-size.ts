import type { ChosenClick } from "./chosen-click.ts";
import type { Opened } from "./opened-event.ts";

/** Names of fields, times and numbers of an event, and of one article; one hash, with the name of its field. */
const FRAME_BYTES = 420;
const CUSTOM_DATA_BYTES = 160;
const ARTICLE_BYTES = 85;
const HASH_BYTES = 88;

/**
 * The most bytes that an event takes up in a request: not counted, which would mean to write it twice, but reckoned
 * from the parts that callers may make long.
 */
export function mostBytesOf(
  { eventName, eventId, personal, details }: Pick<Opened, "eventName" | "eventId" | "personal" | "details">,
  { ctwaClid }: Pick<ChosenClick, "ctwaClid">,
): number {
  const { orderId, contentIds, contents } = details;
  let bytes = FRAME_BYTES + CUSTOM_DATA_BYTES + HASH_BYTES * Object.keys(personal).length;
  for (const text of [eventName, eventId, ctwaClid, orderId ?? ""]) bytes += bytesAsJson(text);
  for (const id of contentIds ?? []) bytes += bytesAsJson(id);
  for (const { id } of contents ?? []) bytes += ARTICLE_BYTES + bytesAsJson(id);
  return bytes;
}

/** With its quotes and a comma. */
function bytesAsJson(text: string): number {
  return Buffer.byteLength(JSON.stringify(text)) + 1;
}
