/**
 * A lead or purchase that Meta itself detected in a chat which began with an ad. Opt-in at Meta, per WhatsApp Business
 * Account. Source: Meta, "automatic_events webhook reference".
 */
export interface AutomaticEvent {
  /** Whose webhook it is. */
  readonly wabaId: string;
  /**
   * The message it was detected in. Personal data, like every message id: hash it before it is stored, never log it.
   */
  readonly messageId: string;
  readonly eventName: "LeadSubmitted" | "Purchase";
  readonly happenedAt: Date;
  /** Null for ads shown in WhatsApp Status, which have none. */
  readonly ctwaClid: string | null;
  /** As Meta writes it here: the price in thousandths, 25000 for 25.00. */
  readonly thousandths: number | null;
  /** ISO 4217 as Meta wrote it. */
  readonly currency: string | null;
}
