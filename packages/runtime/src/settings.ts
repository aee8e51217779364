import { BlockList, isIP, isIPv6 } from "node:net";
import { z } from "zod";
import { faultPointSetting } from "./fault-point.ts";
import { commaList, listenHost, onOff, port, secretWord, wholeNumber } from "./setting-kinds.ts";

const RANDOM_SECRET = "make one with: openssl rand -base64 33";
const LOG_LEVELS = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;
/** The widest network of peers: 10.0.0.0/8 is the widest that strangers do not send from. */
const WIDEST_BITS = 8;
const PROXY_NAMES = ["loopback", "linklocal", "uniquelocal"];

/**
 * The variables that several apps share. An app's `config.ts` picks those it needs, makes optional ones required with
 * `.unwrap()`, adds its own, and hands the lot to `readConfig`.
 */
export const settings = {
  NODE_ENV: z
    .enum(["production", "development", "test"], "must be production, development or test")
    .default("development"),
  LOG_LEVEL: z.enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(", ")}`).default("info"),

  MONGODB_URI: z
    .string()
    .max(4096, "must be at most 4096 characters long")
    .regex(/^mongodb(\+srv)?:\/\/[^\s]+$/, "must begin with mongodb:// or mongodb+srv:// and hold no spaces")
    .describe("the address of MongoDB, such as mongodb://127.0.0.1:27017/capi-relay"),
  REDIS_URL: z
    .string()
    .max(4096, "must be at most 4096 characters long")
    .refine(isRedisUrl, { error: "must be an address that begins with redis:// or, for TLS, rediss://", abort: true })
    .refine(decodes, { error: "must write % of the user name and password as %25", abort: true })
    .refine(namesDatabaseByNumber, "must name its database by number, such as redis://127.0.0.1:6379/2")
    .describe("the address of Redis, such as redis://127.0.0.1:6379"),
  QUEUE_PREFIX: z
    .string()
    .regex(
      /^(?:[A-Za-z0-9_-]{1,40}|\{[A-Za-z0-9_-]{1,40}\})$/,
      "must be 1 to 40 letters, digits, - or _, in braces for a Redis cluster",
    )
    .default("capi-relay"),

  META_GRAPH_URL: z
    .string()
    .max(2048, "must be at most 2048 characters long")
    .refine(isPlainHttpUrl, "must be an http or https address without user name, query or fragment")
    .transform((url) => url.replace(/\/+$/, ""))
    .default("https://graph.facebook.com"),
  META_GRAPH_VERSION: z
    .string()
    .max(16, "must look like v25.0")
    .regex(/^v\d+\.\d+$/, "must look like v25.0")
    .default("v25.0"),
  META_ALLOW_PLAIN_HTTP: onOff().default(false),
  ALLOW_META_SANDBOX: onOff().default(false),
  META_APP_SECRET: secretWord(1).optional(),

  ENCRYPTION_KEYS: z
    .string()
    .min(1)
    .max(65_536, "must be at most 65536 characters long")
    .describe("one or more keys as id:base64, separated by commas; make a key with: openssl rand -base64 32"),
  LOOKUP_KEY: secretWord(32).describe(`a secret of at least 32 characters; ${RANDOM_SECRET}`),
  ADMIN_API_KEY: secretWord(32).describe(`a secret of at least 32 characters; ${RANDOM_SECRET}`),
  SESSION_SECRET: secretWord(32).describe(`a secret of at least 32 characters; ${RANDOM_SECRET}`),
  DASHBOARD_USERS: z
    .string()
    .min(1)
    .max(65_536, "must be at most 65536 characters long")
    .describe("the people who may use the dashboard"),
  /** A proxy's word on who asks: believed from the listed peers alone. */
  DASHBOARD_PROXY_USER_HEADER: z
    .string()
    .regex(/^[A-Za-z0-9-]{1,64}$/, "must be the name of a header, such as x-forwarded-user")
    .transform((name) => name.toLowerCase())
    .optional(),
  DASHBOARD_PROXY_PEERS: commaList(
    z
      .string()
      .refine(isNetwork, {
        error: "must list the proxies' IP addresses or networks, such as 10.0.0.5 or 10.0.0.0/24",
        abort: true,
      })
      .refine(
        isNarrow,
        "must not list everybody, as networks wider than /8 do: whoever is listed may log in as anybody",
      )
      .refine(isNotMappedNetwork, "must write networks of IPv4 as such: 10.0.0.0/24, not ::ffff:10.0.0.0/120"),
  ).default([]),
  DASHBOARD_PROXY_USERS: z.string().min(1).max(65_536, "must be at most 65536 characters long"),

  WHATSAPP_VERIFY_TOKEN: secretWord(1).optional(),
  WHATSAPP_APP_SECRET: secretWord(1).optional(),
  WHATSAPP_APP_SECRETS: commaList(secretWord(1)).default([]),

  API_HOST: listenHost().default("127.0.0.1"),
  API_PORT: port().default(3000),
  DASHBOARD_HOST: listenHost().default("127.0.0.1"),
  DASHBOARD_PORT: port().default(3001),
  /** Loopback unless told otherwise: numbers about a business are nobody else's business. */
  METRICS_HOST: listenHost().default("127.0.0.1"),
  METRICS_PORT: port().optional(),
  /** An explicit list or nothing: trusting everybody makes the caller's address forgeable and IP limits void. */
  TRUST_PROXY: commaList(
    z.string().refine(isProxyAddress, "must list the proxies' IP addresses or networks, such as 10.0.0.0/8"),
  ).default([]),

  /** Requests a minute in each process of the API; 0 means no limit. */
  RATE_LIMIT_PER_KEY: wholeNumber(0, 100_000_000, "requests").default(60_000),
  RATE_LIMIT_PER_ADDRESS: wholeNumber(0, 100_000_000, "requests").default(120_000),

  /** Shortens our own pauses for demonstrations and tests: with 0.01, hours become minutes. */
  DELAY_SCALE: z
    .string()
    .regex(/^(?:1|0\.[0-9]{1,4})$/, "must be a number above 0 and up to 1, such as 0.01")
    .transform(Number)
    .refine((scale) => scale > 0, "must be a number above 0 and up to 1, such as 0.01")
    .default(1),

  /** For tests: the process dies there. */
  FAULT_POINT: faultPointSetting,

  /** May hold a secret in its path, as chat tools like it: never logged. */
  ALERT_WEBHOOK_URL: z
    .string()
    .max(2048, "must be at most 2048 characters long")
    // With a user name `fetch` refuses it, and no alert would ever arrive.
    .refine(isHttpUrlWithoutUser, "must be an http or https address without user name and password")
    .optional(),

  RETENTION_DAYS: wholeNumber(1, 3650, "days").default(90),
};

function isRedisUrl(text: string): boolean {
  return /^rediss?:\/\/\S+$/.test(text) && URL.canParse(text);
}

/** The client decodes both, and throws where that does not go. */
function decodes(url: string): boolean {
  const { username, password } = new URL(url);
  try {
    decodeURIComponent(username + password);
    return true;
  } catch {
    return false;
  }
}

/** The client takes whatever the path is for a database, and Redis refuses it only later. */
function namesDatabaseByNumber(url: string): boolean {
  return /^\/?[0-9]{0,9}$/.test(new URL(url).pathname);
}

function isHttpUrlWithoutUser(text: string): boolean {
  const url = /^https?:\/\//.test(text) ? URL.parse(text) : null;
  return url !== null && url.username + url.password === "";
}

function isPlainHttpUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password, search, hash } = new URL(text);
  return /^https?:$/.test(protocol) && username + password + search + hash === "" && !/[?#\s]/.test(text);
}

function isProxyAddress(text: string): boolean {
  return PROXY_NAMES.includes(text) || isNetwork(text);
}

/** An IP address, or a network such as 10.0.0.0/8. */
function isNetwork(text: string): boolean {
  const [address = "", bits, ...rest] = text.split("/");
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  return bits === undefined || (/^[0-9]{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
}

function isNarrow(text: string): boolean {
  const [, bits] = text.split("/");
  return bits === undefined || Number(bits) >= WIDEST_BITS;
}

/** IPv6 holds all of IPv4 in ::ffff:0:0/96, so that a network of few IPv6 addresses may be everybody. */
function isNotMappedNetwork(text: string): boolean {
  const [address = "", bits] = text.split("/");
  if (bits === undefined || !isIPv6(address)) return true;
  return !holds(address, Number(bits), "::ffff:0:0") && !holds("::ffff:0:0", 96, address);
}

function holds(network: string, bits: number, address: string): boolean {
  const list = new BlockList();
  list.addSubnet(network, bits, "ipv6");
  return list.check(address, "ipv6");
}
