/** Who a customer is, in one of the ways WhatsApp knows. */
export type Contact =
  | { readonly phoneE164: string; readonly bsuid?: string | undefined }
  | { readonly bsuid: string; readonly phoneE164?: string | undefined };

/** One ad click of a contact. */
export interface AdClick {
  readonly id: string;
  /** ISO 8601. */
  readonly clickedAt: string;
  readonly adId: string | null;
  readonly sourceUrl: string | null;
  readonly headline: string | null;
}

/** A contact's thread with one WhatsApp Business Account, and its ad clicks, newest first. */
export interface Conversation {
  readonly conversationId: string;
  readonly accountId: string;
  readonly hasClick: boolean;
  readonly matchedBy?: "bsuid" | "phone" | "phone_variant" | undefined;
  readonly clicks: readonly AdClick[];
  readonly createdAt: string;
}

/**
 * A click known from elsewhere: a WhatsApp provider, an import. At least one of phone, bsuid and conversation says
 * whose.
 */
export interface NewClick {
  readonly accountId: string;
  /** Meta's click id, exactly as the webhook brought it. */
  readonly ctwaClid: string;
  /** A Date, whole Unix seconds, or ISO 8601 with a time zone. */
  readonly clickedAt: Date | number | string;
  readonly phoneE164?: string | undefined;
  readonly bsuid?: string | undefined;
  readonly conversationId?: string | undefined;
  readonly adId?: string | undefined;
  readonly sourceUrl?: string | undefined;
  readonly headline?: string | undefined;
}
