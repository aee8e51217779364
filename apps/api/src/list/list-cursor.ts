import { createHmac } from "node:crypto";
import type { EventPosition } from "@capi-relay/storage";
import { secretEquals } from "@capi-relay/vault";
import { ApiProblem } from "../api-problem.ts";

/**
 * A place in a list, for the caller to hand back. It is signed together with what the list shows: one that was changed,
 * made up, or taken from a list with other filters would silently show the wrong events.
 * @param list The filters of the list, and who may see what of it.
 */
export function writeCursor({ acceptedAt, id }: EventPosition, list: string, key: Uint8Array): string {
  const place = `${acceptedAt.getTime()}:${id}`;
  return Buffer.from(`${place}:${signatureOf(place, list, key)}`).toString("base64url");
}

/** @throws ApiProblem `cursor_invalid` for a cursor that is not one of this list. */
export function readCursor(cursor: string, list: string, key: Uint8Array): EventPosition {
  const parts = /^(([0-9]{1,15}):([A-Za-z0-9_-]+)):([A-Za-z0-9_-]+)$/.exec(Buffer.from(cursor, "base64url").toString());
  const [, place = "", time = "", id = "", signature = ""] = parts ?? [];
  if (parts === null || !secretEquals(signature, signatureOf(place, list, key))) {
    throw new ApiProblem("cursor_invalid", undefined, "cursor");
  }
  return { acceptedAt: new Date(Number(time)), id };
}

function signatureOf(place: string, list: string, key: Uint8Array): string {
  return createHmac("sha256", key)
    .update(JSON.stringify(["list-cursor", place, list]))
    .digest("base64url")
    .slice(0, 22);
}
