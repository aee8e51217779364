import type { ContactKeys } from "@capi-relay/domain";
import type { mongo } from "mongoose";
import type { ConversationRow } from "./conversation-row.ts";
import { objectId } from "./object-id.ts";

/** The contacts one event may belong to. */
export type ContactQuery = Pick<ContactKeys, "conversationId" | "bsuidKey" | "phoneKey" | "phoneVariantKeys"> & {
  readonly wabaId: string;
};

/** One alternative per kind of key, however many contacts are asked for: MongoDB plans each alternative by itself. */
export function alternativesOf(wabaId: string, queries: readonly ContactQuery[]): mongo.Filter<ConversationRow>[] {
  const ids = queries.flatMap(({ conversationId }) => (conversationId === null ? [] : [objectId(conversationId)]));
  const bsuids = queries.flatMap(({ bsuidKey }) => (bsuidKey === null ? [] : [`bsuid:${bsuidKey}`]));
  const phones = queries.flatMap(({ phoneKey, phoneVariantKeys }) =>
    phoneKey === null ? [] : [phoneKey, ...phoneVariantKeys],
  );
  return [
    ...(ids.length === 0 ? [] : [{ _id: { $in: ids }, wabaId }]),
    ...(bsuids.length === 0 ? [] : [{ wabaId, contactKey: { $in: bsuids } }]),
    ...(phones.length === 0 ? [] : [{ wabaId, phoneKey: { $in: phones } }]),
  ];
}
