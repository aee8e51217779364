import { DEMO_SHOP, type Shop } from "@capi-relay/local-stack";
import { WAITS } from "./waits.ts";

/** The shops of the demo, each with a WhatsApp Business Account and a dataset of its own. */
export const SHOPS = {
  main: DEMO_SHOP,
  stormy: shop(1, "stormy", "Shop in a storm: Meta answers 500 for a while"),
  busy: shop(2, "busy", "Busy shop: Meta asks it to slow down"),
  picky: { ...shop(3, "picky", "Shop whose dataset takes two names only"), datasetTakes: "two" },
  impatient: {
    ...shop(4, "impatient", "Shop that does not wait long for a click"),
    settings: { waitForClickHours: WAITS.impatientHours },
  },
} as const satisfies Record<string, Shop>;
export type ShopKey = keyof typeof SHOPS;

function shop(number: number, key: string, name: string): Shop {
  return {
    id: `demo-${key}`,
    name,
    wabaId: `10229012934039${number}`,
    phoneNumberId: `10654035224292${number}`,
    datasetId: `59442547926159${number}`,
  };
}
