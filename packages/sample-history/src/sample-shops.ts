/** One shop of the story that the sample history tells. */
export interface SampleShop {
  readonly id: string;
  readonly name: string;
  readonly wabaId: string;
  readonly phoneNumberId: string;
  readonly datasetId: string;
  readonly currency: string;
  /** What an order is usually worth. */
  readonly orderValue: number;
  /** Its part of all events, by weight. */
  readonly weight: number;
  /** How much more it sells at the end of the 30 days than at the beginning. */
  readonly growth: number;
  readonly trouble: Trouble;
}

/**
 * What went wrong, counted in days before now.
 * - `nothing_open`: not even an event whose outcome a person would have to find out.
 * - `dead_token`: the token expired; events were held, and drained or expired when it came back. `until: 0` means
 *   still.
 * - `refused_name`: Meta refuses Lead-like names of this dataset, so `ViewContent` is switched off.
 * - `clicks_lost`: the webhook's click ids no longer arrive, so that conversions wait in vain.
 */
type Trouble =
  | { readonly kind: "none" }
  | { readonly kind: "nothing_open" }
  | { readonly kind: "dead_token" | "refused_name" | "clicks_lost"; readonly from: number; readonly until: number };

export const SAMPLE_SHOPS: readonly [SampleShop, ...SampleShop[]] = [
  shop(1, "Casa Aurora", "BRL", 240, 40, 2.2, { kind: "none" }),
  shop(2, "Moda Ipanema", "BRL", 180, 25, 1.5, { kind: "dead_token", from: 18, until: 16.5 }),
  shop(3, "Tienda Sol", "MXN", 900, 15, 1.8, { kind: "refused_name", from: 11, until: 0 }),
  shop(4, "Nusantara Kopi", "IDR", 210_000, 12, 3, { kind: "clicks_lost", from: 6, until: 0 }),
  shop(5, "Atelier Lumière", "EUR", 75, 5, 1.1, { kind: "none" }),
  shop(6, "Zahra Beauty", "AED", 320, 3, 1.3, { kind: "dead_token", from: 1.2, until: 0 }),
];

/** The same shop in its best days. */
export function healthy(one: SampleShop): SampleShop {
  return { ...one, trouble: { kind: "nothing_open" } };
}

function shop(
  number: number,
  name: string,
  currency: string,
  orderValue: number,
  weight: number,
  growth: number,
  trouble: Trouble,
): SampleShop {
  return {
    id: `sample-shop-${number}`,
    name,
    wabaId: `99000000000${number}`,
    phoneNumberId: `99100000000${number}`,
    datasetId: `99200000000${number}`,
    currency,
    orderValue,
    weight,
    growth,
    trouble,
  };
}
