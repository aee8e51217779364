import type { ContentLine } from "@capi-relay/sdk";

/** A paid order, whichever shop it comes from. */
export interface Order {
  /** Names the order for ever, e.g. `shopify-820982911946154508`. */
  readonly key: string;
  /** What people call it. */
  readonly number: string;
  readonly paidAt: Date;
  readonly total: number;
  readonly currency: string;
  readonly lines: readonly ContentLine[];
  readonly phone: string | null;
  /** ISO 3166 code of the billing address; tells which country a number without a country code is from. */
  readonly country: string | null;
  readonly email: string | null;
  readonly customerId: string | null;
}

/** What a webhook holds: an order to report, or one of the many things that are none. */
export type ReadOrder =
  | { readonly kind: "paid"; readonly order: Order }
  | { readonly kind: "not_reported"; readonly why: "not_paid" | "a_test" | "nothing_paid" };
