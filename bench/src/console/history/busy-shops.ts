import { SAMPLE_DAYS, type SampleShop } from "@capi-relay/sample-history";
import type { AccountStore, MongoConnection } from "@capi-relay/storage";
import { DAY_MS } from "./making.ts";

/** Many shops: the first of them sells a sixth of everything, the last one a few orders a week. */
const COUNT = 200;
const CURRENCIES = ["BRL", "MXN", "EUR", "USD"];

export const BIG_SHOP = "shop-1";
/** It hardly sells anything. */
export const QUIET_SHOP = `shop-${COUNT - 20}`;
/** Its token expired more than a day ago, so its events are held. */
export const PAUSED_SHOP = "shop-7";

/** An order value, a currency and a growth of their own; only the paused one is in trouble. */
export const BUSY_SHOPS: readonly SampleShop[] = Array.from({ length: COUNT }, (_, at) => ({
  id: `shop-${at + 1}`,
  name: `Shop ${at + 1}`,
  wabaId: String(70_000_000 + at),
  phoneNumberId: String(71_000_000 + at),
  datasetId: String(72_000_000 + at),
  currency: CURRENCIES[at % CURRENCIES.length] ?? "BRL",
  orderValue: 50 + (at % 9) * 40,
  weight: 1_000 / (at + 1),
  growth: 1 + (at % 5) / 4,
  trouble: `shop-${at + 1}` === PAUSED_SHOP ? { kind: "dead_token", from: 1.3, until: 0 } : { kind: "none" },
}));

/** Opens its account, and pauses that of the shop whose token expired. */
export async function openShop(
  mongo: MongoConnection,
  accounts: AccountStore,
  shop: SampleShop,
  now: Date,
): Promise<void> {
  await accounts.create(
    {
      id: shop.id,
      name: shop.name,
      wabaId: shop.wabaId,
      phoneNumberIds: [shop.phoneNumberId],
      datasetId: shop.datasetId,
      accessToken: "token-of-nobody",
      allowedEventNames: ["LeadSubmitted", "Purchase", "AddToCart", "InitiateCheckout", "ViewContent"],
      eventNameAliases: {},
      unknownOutcome: "resend",
      outsideClickWindow: "skip",
      waitForClickHours: 48,
      automaticEvents: "ignore",
    },
    new Date(now.getTime() - (SAMPLE_DAYS + 5) * DAY_MS),
  );
  if (shop.id !== PAUSED_SHOP) return;
  const pausedAt = new Date(now.getTime() - 1.3 * DAY_MS);
  const paused = { state: "paused", pausedReason: "meta_token_invalid", pausedAt };
  await mongo.collections.accounts.updateOne({ _id: shop.id }, { $set: paused });
}
