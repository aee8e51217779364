import type { Conversation } from "@capi-relay/domain";
import type { EventRow } from "@capi-relay/storage";

/** Rows as the tests read them, past every process. */
export type LedgerRow = EventRow;

export type StoredConversation = Pick<Conversation, "clicks"> & {
  readonly _id: unknown;
  readonly wabaId: string;
  readonly phoneKey?: string | null;
  readonly bsuidKey?: string | null;
};
