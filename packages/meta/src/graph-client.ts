import { createHmac } from "node:crypto";
import type { GraphAnswer } from "@capi-relay/domain";
import { Pool } from "undici";
import { readGraphResponse } from "./graph-response.ts";
import { HttpExchange } from "./http-exchange.ts";
import { RequestSlots } from "./request-slots.ts";

export interface GraphClientOptions {
  /** `https://graph.facebook.com`, or whatever stands in for it; a path prefix and a trailing slash are fine. */
  readonly graphUrl: string;
  /** `v25.0` */
  readonly version: string;
  /** With it every request carries `appsecret_proof`. */
  readonly appSecret?: string;
  /** For a whole request: waiting for a connection, connecting, sending, answer. */
  readonly timeoutMs: number;
  readonly connectTimeoutMs?: number;
  /** Requests in flight at once, all destinations together; the others wait their turn. */
  readonly maxConnections?: number;
}

export interface EventsPost {
  readonly datasetId: string;
  readonly accessToken: string;
  /** Meta's request: `data`, and what goes beside it. Sent as JSON. */
  readonly body: object;
}

const MAX_ANSWER_BYTES = 1024 * 1024;

/**
 * An idle connection that the other side closes just as we use it costs an unclear answer, which may become a double
 * count; a new connection costs a tenth of a second. So idle ones are dropped early.
 */
const IDLE_CONNECTION_MS = 4_000;

/** Begun late, a request has no time left for its answer and ends unclear; not begun, it is simply tried again. */
const START_SHARE = 0.5;

/** One POST, one deadline, one answer. Never retries, never follows a redirect, never throws for anything the network did. */
export class GraphClient {
  readonly #pool: Pool;
  readonly #slots: RequestSlots;
  readonly #open = new Set<HttpExchange>();
  readonly #path: string;
  readonly #appSecret: string | undefined;
  readonly #timeoutMs: number;
  #closed = false;

  /** @throws TypeError if `graphUrl` is not a plain http(s) address. */
  constructor(options: GraphClientOptions) {
    const url = plainHttpUrl(options.graphUrl);
    const maxConnections = options.maxConnections ?? 32;
    this.#path = `${url.pathname.replace(/\/+$/, "")}/${encodeURIComponent(options.version)}`;
    this.#appSecret = options.appSecret;
    this.#timeoutMs = options.timeoutMs;
    this.#slots = new RequestSlots(maxConnections);
    // A pool knows one origin: not even a mistake could carry a token elsewhere.
    this.#pool = new Pool(url.origin, {
      connections: maxConnections,
      pipelining: 1,
      // HTTP/2 is undici's default where the server offers it. One lost connection would then leave every request on it
      // unclear, and streams the server refuses are sent again by undici itself.
      allowH2: false,
      connect: { timeout: options.connectTimeoutMs ?? 3_000 },
      // Both are per wait, so a dripping server never trips them. The one deadline is that of `HttpExchange`.
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: IDLE_CONNECTION_MS,
      keepAliveMaxTimeout: IDLE_CONNECTION_MS,
      maxResponseSize: MAX_ANSWER_BYTES,
    });
  }

  /**
   * Sends events to one dataset, once. The token travels in the Authorization header only.
   * Source: Meta, "Using the API" (POST /{version}/{dataset}/events).
   */
  async postEvents({ datasetId, accessToken, body }: EventsPost): Promise<GraphAnswer> {
    if (this.#closed) return { kind: "not_sent", cause: "client_closed" };
    const exchange = new HttpExchange(
      this.#pool,
      this.#slots,
      {
        method: "POST",
        path: `${this.#path}/${encodeURIComponent(datasetId)}/events`,
        headers: {
          authorization: `Bearer ${accessToken}`,
          "content-type": "application/json",
          accept: "application/json",
          "accept-encoding": "identity",
          "user-agent": "capi-relay",
        },
        body: JSON.stringify(this.#proven(body, accessToken)),
      },
      { startWithinMs: this.#timeoutMs * START_SHARE, timeoutMs: this.#timeoutMs },
    );
    this.#open.add(exchange);
    try {
      const outcome = await exchange.result;
      if (outcome.kind === "answered") return readGraphResponse(outcome, new Date());
      if (outcome.kind === "not_sent") return outcome;
      return { kind: "unclear", httpStatus: outcome.httpStatus, cause: outcome.cause };
    } finally {
      this.#open.delete(exchange);
    }
  }

  /** Takes no more requests, lets those it took end (each within its own deadline), then drops the connections. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.allSettled([...this.#open].map((exchange) => exchange.result));
    await this.#pool.destroy();
  }

  /** Drops everything now: what has not begun is `not_sent`, what has begun is `unclear`. */
  async destroy(): Promise<void> {
    this.#closed = true;
    for (const exchange of this.#open) exchange.cancelUnlessDispatched();
    await this.#pool.destroy();
  }

  /** Lower-case hex HMAC-SHA256 of the token under the app secret. Source: Meta's Business SDK, `apiconfig`. */
  #proven(body: object, accessToken: string): object {
    if (this.#appSecret === undefined) return body;
    return { ...body, appsecret_proof: createHmac("sha256", this.#appSecret).update(accessToken).digest("hex") };
  }
}

function plainHttpUrl(graphUrl: string): URL {
  const url = URL.parse(graphUrl);
  const plain = url !== null && /^https?:$/.test(url.protocol) && !url.username && !url.password;
  if (!plain || url.search || url.hash) {
    throw new TypeError("graphUrl must be an http(s) address without credentials, query and fragment");
  }
  return url;
}
