import type { BulkPosition } from "@capi-relay/storage";

/** Leaves out what a walk has passed, also within one millisecond. */
export function notUpTo({ acceptedAt, id }: BulkPosition) {
  return { $nor: [{ acceptedAt, _id: { $lte: id } }] };
}
