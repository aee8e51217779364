/** One ad click of a contact, as a WhatsApp webhook (or an import) reported it. */
export interface AdClick {
  /** Opaque: byte for byte as it came. */
  readonly ctwaClid: string;
  /** No later than: Meta tells no click time, only that of the message which brought it. */
  readonly clickedAt: Date;
  readonly adId: string | null;
  readonly sourceUrl: string | null;
  readonly headline: string | null;
}

/** A contact's thread with one WhatsApp Business Account: the fact we attribute to. */
export interface Conversation {
  readonly id: string;
  readonly wabaId: string;
  readonly bsuidKey: string | null;
  readonly phoneKey: string | null;
  /** Every click, in no particular order. */
  readonly clicks: readonly AdClick[];
  readonly createdAt: Date;
}
