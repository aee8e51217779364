import { z } from "zod";

const Environment = z.object({
  CAPI_RELAY_URL: z.url({ protocol: /^https?$/, error: "must be the address of capi-relay's API" }),
  CAPI_RELAY_API_KEY: z.string("is missing: a key of capi-relay's with the scope send").min(1),
  CAPI_RELAY_ACCOUNT: z.string("is missing: the account's id at capi-relay").min(1),
  DEFAULT_COUNTRY: z
    .string()
    .regex(/^[A-Z]{2}$/, "must be two capital letters such as BR")
    .default("BR"),
  PORT: z.coerce.number("must be a port").int().min(0).max(65_535).default(8788),
});

export interface Config {
  readonly relayUrl: string;
  readonly relayApiKey: string;
  readonly accountId: string;
  /** ISO 3166 code of the country that numbers without a country code are from. */
  readonly country: string;
  readonly port: number;
}

/** @throws Error with one line per mistake, and no value of a secret in it. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const parsed = Environment.safeParse(env);
  if (!parsed.success) {
    throw new Error(parsed.error.issues.map(({ path, message }) => `${path.join(".")} ${message}`).join("\n"));
  }
  return {
    relayUrl: parsed.data.CAPI_RELAY_URL,
    relayApiKey: parsed.data.CAPI_RELAY_API_KEY,
    accountId: parsed.data.CAPI_RELAY_ACCOUNT,
    country: parsed.data.DEFAULT_COUNTRY,
    port: parsed.data.PORT,
  };
}
