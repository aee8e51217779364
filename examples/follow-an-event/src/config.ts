import { parseArgs } from "node:util";
import type { ConversionEvent } from "@capi-relay/sdk";
import { readPhone } from "@capi-relay/sdk/phone";

export const USAGE = `Sends a conversion and tells its story until it ends.

  pnpm start --account demo-shop --phone "+55 11 98765-4321" \\
               --value 129.90 --currency BRL --event-id order-1042:Purchase
  pnpm start --id ettnr7Fr8hqiEhuT9bUf1Jg

  --name       the event's name; default Purchase
  --country    of a phone number without country code, e.g. BR
  --seconds    how long to follow; default 60
  --id         follows an event that was sent before

CAPI_RELAY_URL and CAPI_RELAY_API_KEY say where capi-relay is and who asks.
Exit code: 0 delivered, 1 ended otherwise, 2 a mistake, 3 not ended in time.
`;

export interface Wish {
  readonly what: { readonly follow: string } | { readonly send: ConversionEvent };
  readonly timeoutMs: number;
  readonly baseUrl: string;
  readonly apiKey: string;
}

/** What the command line and the environment ask for, that the usage is wanted, or what is wrong with them. */
export function readWish(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Wish | "help" | { readonly mistake: string } {
  try {
    const { values } = parseArgs({ args: [...args], options: OPTIONS });
    if (values.help) return "help";
    const baseUrl = demand(env["CAPI_RELAY_URL"], "CAPI_RELAY_URL is not set: the address of capi-relay's API.");
    const apiKey = demand(env["CAPI_RELAY_API_KEY"], "CAPI_RELAY_API_KEY is not set.");
    const timeoutMs = Math.round(readNumber("--seconds", values.seconds) * 1_000);
    const what = values.id === undefined ? { send: readEvent(values) } : { follow: values.id };
    return { what, timeoutMs, baseUrl, apiKey };
  } catch (error) {
    return { mistake: error instanceof Error ? error.message : String(error) };
  }
}

const text = { type: "string" } as const;
const OPTIONS = {
  ...{ account: text, phone: text, country: text, value: text, currency: text, "event-id": text, id: text },
  name: { ...text, default: "Purchase" },
  seconds: { ...text, default: "60" },
  help: { type: "boolean", short: "h" },
} as const;

type Given = Readonly<Partial<Record<Exclude<keyof typeof OPTIONS, "help">, string>>>;

function readEvent({ account, name = "Purchase", phone, country, value, currency, ...given }: Given): ConversionEvent {
  const reading = readPhone(phone, country);
  if (reading.kind === "unusable") {
    const fix = reading.problem === "country_unknown" ? " Add --country, or write it with + and the country code." : "";
    throw new Error(`--phone: ${reading.message}${fix}`);
  }
  return {
    accountId: demand(account, "--account is missing: the account's id at capi-relay."),
    eventName: name,
    eventId: demand(given["event-id"], "--event-id is missing: one per conversion, such as order-1042:Purchase."),
    phoneE164: reading.phoneE164,
    value: value === undefined ? undefined : readNumber("--value", value),
    currency,
  };
}

function readNumber(name: string, given = ""): number {
  const number = Number(given);
  if (given.trim() === "" || !(number > 0)) throw new Error(`${name} must be a number above 0.`);
  return number;
}

function demand(given: string | undefined, sentence: string): string {
  if (given === undefined || given === "") throw new Error(sentence);
  return given;
}
