import { z } from "zod";

const Environment = z.object({
  CAPI_RELAY_URL: z.url({ protocol: /^https?$/, error: "must be the address of capi-relay's API" }),
  CAPI_RELAY_API_KEY: z.string("is missing: a key of capi-relay's with the scope send").min(1),
  CAPI_RELAY_ACCOUNT: z.string("is missing: the account's id at capi-relay").min(1),
  SHOPIFY_WEBHOOK_SECRET: z.string().min(1).optional(),
  WOOCOMMERCE_WEBHOOK_SECRET: z.string().min(1).optional(),
  PORT: z.coerce.number("must be a port").int().min(0).max(65_535).default(8787),
});

export interface Config {
  readonly relayUrl: string;
  readonly relayApiKey: string;
  readonly accountId: string;
  /** Shops without a secret are not served. */
  readonly secrets: { readonly shopify: string | undefined; readonly woocommerce: string | undefined };
  readonly port: number;
}

/** @throws Error with one line per mistake, and no value of a secret in it. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const parsed = Environment.safeParse(env);
  if (!parsed.success) {
    throw new Error(parsed.error.issues.map(({ path, message }) => `${path.join(".")} ${message}`).join("\n"));
  }
  const { SHOPIFY_WEBHOOK_SECRET: shopify, WOOCOMMERCE_WEBHOOK_SECRET: woocommerce, ...given } = parsed.data;
  if (shopify === undefined && woocommerce === undefined) {
    throw new Error("SHOPIFY_WEBHOOK_SECRET or WOOCOMMERCE_WEBHOOK_SECRET is missing: nothing could be verified");
  }
  return {
    relayUrl: given.CAPI_RELAY_URL,
    relayApiKey: given.CAPI_RELAY_API_KEY,
    accountId: given.CAPI_RELAY_ACCOUNT,
    secrets: { shopify, woocommerce },
    port: given.PORT,
  };
}
