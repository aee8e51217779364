import { Accounts } from "./accounts.ts";
import { ApiKeys } from "./api-keys.ts";
import { limitsOf } from "./call-options.ts";
import { Clicks } from "./clicks.ts";
import { Conversations } from "./conversations.ts";
import { Conversions } from "./conversions.ts";
import { Dataset } from "./dataset.ts";
import { Transport } from "./transport.ts";

export interface CapiRelayOptions {
  /** Where capi-relay's API is, without `/v1`, e.g. `https://relay.example.com`. A slash at the end changes nothing. */
  readonly baseUrl: string | URL;
  readonly apiKey: string;
  /** For one try, in milliseconds. Default 10,000. */
  readonly timeoutMs?: number | undefined;
  /** For a whole call with its retries and pauses, in milliseconds. Default 60,000. */
  readonly deadlineMs?: number | undefined;
  /** Tries after the first one. Default 4. */
  readonly retries?: number | undefined;
  /** Told to the server before the SDK's own name, e.g. `my-shop/2.1`. */
  readonly userAgent?: string | undefined;
  /** For runtimes and proxies with a fetch of their own. Default: the global one. */
  readonly fetch?: typeof globalThis.fetch | undefined;
}

const DEFAULT_LIMITS = { timeoutMs: 10_000, deadlineMs: 60_000, retries: 4 };
const OWN_USER_AGENT = "capi-relay-sdk/0.1.0";

/** A client of one capi-relay. It holds no connection and needs no closing; make one and share it. */
export class CapiRelay {
  readonly conversions: Conversions;
  readonly clicks: Clicks;
  readonly conversations: Conversations;
  readonly dataset: Dataset;
  readonly accounts: Accounts;
  readonly apiKeys: ApiKeys;

  /** @throws TypeError naming the setting that is missing or wrong, without its value. */
  constructor(options: CapiRelayOptions) {
    const transport = new Transport({
      ...limitsOf(options, DEFAULT_LIMITS),
      baseUrl: readBaseUrl(options.baseUrl),
      apiKey: readHeaderWord("apiKey", options.apiKey),
      userAgent: readUserAgent(options.userAgent),
      fetch: options.fetch ?? ((...request) => globalThis.fetch(...request)),
    });
    this.conversions = new Conversions(transport);
    this.clicks = new Clicks(transport);
    this.conversations = new Conversations(transport);
    this.dataset = new Dataset(transport);
    this.accounts = new Accounts(transport);
    this.apiKeys = new ApiKeys(transport);
  }
}

function readBaseUrl(given: string | URL): URL {
  const text = String(given ?? "");
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new TypeError("baseUrl must be an address that begins with https:// or http://");
  }
  if (/\/v1\/*$/.test(url.pathname)) {
    throw new TypeError("baseUrl must end before /v1, which every call adds itself");
  }
  if (url.username !== "" || url.password !== "") throw new TypeError("baseUrl must hold no password; pass apiKey");
  return url;
}

/** Checked here, because fetch repeats a header it does not like in its error, and this one is secret. */
function readHeaderWord(name: string, given: string | undefined): string {
  if (given === undefined || given === "") throw new TypeError(`${name} is empty; is the variable it comes from set?`);
  if (typeof given === "string" && /^[\x21-\x7e]+$/.test(given)) return given;
  throw new TypeError(`${name} must be one word without spaces and line breaks`);
}

function readUserAgent(given: string | undefined): string {
  if (given === undefined) return OWN_USER_AGENT;
  if (/^[\x21-\x7e]([\x20-\x7e]{0,198}[\x21-\x7e])?$/.test(given)) return `${given} ${OWN_USER_AGENT}`;
  throw new TypeError("userAgent must be plain ASCII of one line, at most 200 characters");
}
