/** Names Meta documents for WhatsApp conversions. For leads it is `LeadSubmitted`: Meta refuses `Lead`. */
export type EventName =
  | "LeadSubmitted"
  | "Purchase"
  | "AddToCart"
  | "InitiateCheckout"
  | "ViewContent"
  | "OrderCreated"
  | "OrderShipped"
  | "OrderDelivered"
  | "OrderCanceled"
  | "OrderReturned"
  | "CartAbandoned"
  | "QualifiedLead"
  | "RatingProvided"
  | "ReviewProvided";

/** One line of an order: 2 shirts at 20 are `{ id: "shirt", quantity: 2, itemPrice: 20 }`. */
export interface ContentLine {
  readonly id: string;
  readonly quantity: number;
  /** Per piece, in units of the event's currency. */
  readonly itemPrice?: number | undefined;
}

/**
 * Somebody bought, or left their details. Say who: at least one of `conversationId`, `bsuid`, `phoneE164`, `ctwaClid`.
 */
export interface ConversionEvent {
  /** The account, as capi-relay calls it. */
  readonly accountId: string;
  /** A name of Meta's, or one that the account's `eventNameAliases` map to such a name. */
  readonly eventName: EventName | (string & {});
  /**
   * The key against double counts: stable per conversion, for ever, e.g. `order-1042:Purchase`. The same id with the
   * same content is a duplicate and harmless. 1 to 128 of letters, digits and `. _ : # / + = -`.
   */
  readonly eventId: string;
  /** 24 hexadecimal digits, from `conversations.lookup`. */
  readonly conversationId?: string | undefined;
  /** 7 to 15 digits with the country code, without `+`; `readPhone` of `@capi-relay/sdk/phone` makes them. */
  readonly phoneE164?: string | undefined;
  /** WhatsApp's business-scoped user id, e.g. `BR.1502576394655843`. */
  readonly bsuid?: string | undefined;
  /** Meta's click id, unchanged, where the order system knows it. */
  readonly ctwaClid?: string | undefined;
  /** When it happened: a Date, or whole Unix seconds. Default: the moment capi-relay takes it in. */
  readonly eventTime?: Date | number | undefined;
  /** In units of the currency, not cents; above 0 for a `Purchase`, which needs it. */
  readonly value?: number | undefined;
  /** ISO 4217, e.g. `BRL`; needed with `value`. */
  readonly currency?: string | undefined;
  readonly contentIds?: readonly string[] | undefined;
  readonly contents?: readonly ContentLine[] | undefined;
  readonly numItems?: number | undefined;
  readonly orderId?: string | undefined;
  /** Hashed by capi-relay before it is stored. */
  readonly email?: string | undefined;
  /** Your id of the customer; hashed by capi-relay before it is stored. */
  readonly externalId?: string | undefined;
  /** From Events Manager, Test events; never uses up the real `eventId`. */
  readonly testCode?: string | undefined;
}

/** What may be corrected in an event that was rejected or failed. Ids and times are never rewritten. */
export type ConversionChanges = {
  readonly [Field in keyof Omit<ConversionEvent, "accountId" | "eventId" | "eventTime" | "testCode">]?:
    | ConversionEvent[Field]
    | undefined;
};

/** The event as the API takes it: whole Unix seconds. */
export function wireEvent(event: ConversionEvent): object {
  return { ...event, eventTime: event.eventTime instanceof Date ? unixSeconds(event.eventTime) : event.eventTime };
}

function unixSeconds(time: Date): number {
  const milliseconds = time.getTime();
  if (Number.isNaN(milliseconds)) throw new TypeError("eventTime is an invalid Date; leave it out or pass a valid one");
  return Math.floor(milliseconds / 1_000);
}
