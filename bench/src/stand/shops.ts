/** An account at the relay, and the business behind it at Meta. */
export interface BenchShop {
  readonly id: string;
  readonly wabaId: string;
  readonly datasetId: string;
}

export const TOKEN = "EAAbenchbenchbenchbench";
/** People whose ad click is known to the relay, per shop: every conversion is one of theirs. */
export const PEOPLE = 50;

export function shopsOf(count: number): BenchShop[] {
  return Array.from({ length: count }, (_, at) => ({
    id: `shop-${at}`,
    wabaId: String(10_000_000 + at),
    datasetId: String(20_000_000 + at),
  }));
}

/**
 * The shops of every measurement: a handful, so that requests fill up with neighbours of different shops in between.
 */
export const SHOPS = shopsOf(4);

/** A Brazilian mobile number: WhatsApp may know it without its ninth digit, so the relay looks for both. */
export const phoneOf = (person: number): string => `55119${80_000_000 + (person % PEOPLE)}`;

export const clickOf = (shop: BenchShop, person: number): string => `clid-${shop.id}-${person % PEOPLE}`;

export interface BenchConversion {
  readonly accountId: string;
  readonly eventId: string;
  readonly eventName: "Purchase";
  readonly phoneE164: string;
  readonly [field: string]: unknown;
}

/** What an order system reports of one purchase: a basket, and who bought it. */
export function purchase(shop: BenchShop, run: string, number: number): BenchConversion {
  return {
    accountId: shop.id,
    eventId: `${run}-${number}:Purchase`,
    eventName: "Purchase",
    phoneE164: phoneOf(number),
    eventTime: Math.floor(Date.now() / 1_000),
    value: 149.9,
    currency: "BRL",
    contents: [
      { id: `sku-${number % 97}`, quantity: 1, itemPrice: 99.9 },
      { id: `sku-${number % 89}`, quantity: 2, itemPrice: 25 },
    ],
    numItems: 3,
    orderId: `order-${number}`,
    email: `customer.${number % PEOPLE}@example.org`,
    externalId: `customer-${number % PEOPLE}`,
  };
}
