import { createHmac } from "node:crypto";
import type { GraphAnswer } from "@capi-relay/domain";
import { Pool } from "undici";
import { type DatasetAnswer, readDatasetResponse } from "./dataset-response.ts";
import { type GraphResponse, readGraphResponse } from "./graph-response.ts";
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
  /** Requests in flight at once, all destinations together; the others wait their turn. Default 256. */
  readonly maxConnections?: number;
  /** Told of every request once it is over, for whoever counts them. */
  readonly onRequest?: (facts: GraphRequestFacts) => void;
}

/** One request and what came of it: nothing in it names an account or a person. */
export interface GraphRequestFacts {
  readonly call: "events" | "dataset";
  /** The HTTP status, or why there is none. */
  readonly status: number | "not_sent" | "unclear";
  /** Meta's error code; null when it named none. */
  readonly code: number | null;
  readonly durationMs: number;
}

export interface EventsPost {
  readonly datasetId: string;
  readonly accessToken: string;
  /** Meta's request: `data`, and what goes beside it. Sent as JSON. */
  readonly body: object;
  /** Told when its turn has come: until then it is our own connections it waits for, not Meta. */
  readonly onTurn?: () => void;
}

/** Whose dataset it is about. */
export interface DatasetQuestion {
  readonly wabaId: string;
  readonly accessToken: string;
}

interface GraphCall<Answer> {
  readonly call: GraphRequestFacts["call"];
  readonly method: "GET" | "POST";
  /** Below the version, without query. */
  readonly path: string;
  readonly accessToken: string;
  /** Sent as JSON, or for a GET as the query. */
  readonly fields: object;
  readonly read: (response: GraphResponse, now: Date) => Answer;
  readonly onTurn?: (() => void) | undefined;
}

const MAX_ANSWER_BYTES = 1024 * 1024;

/**
 * Enough for fifteen destinations that let all their requests hang, and others beside them. A connection is only opened when it
 * is needed.
 */
const MAX_CONNECTIONS = 256;

/**
 * An idle connection that the other side closes just as we use it costs an unclear answer, which may become a double
 * count; a new connection costs a tenth of a second. So idle ones are dropped early.
 */
const IDLE_CONNECTION_MS = 4_000;

/** Begun late, a request has no time left for its answer and ends unclear; not begun, it is simply tried again. */
const START_SHARE = 0.5;

/** One request, one deadline, one answer. Never retries, never follows a redirect, never throws for anything the network did. */
export class GraphClient {
  readonly #pool: Pool;
  readonly #slots: RequestSlots;
  readonly #open = new Set<HttpExchange>();
  readonly #path: string;
  readonly #appSecret: string | undefined;
  readonly #timeoutMs: number;
  readonly #onRequest: GraphClientOptions["onRequest"];
  #closed = false;

  /** @throws TypeError if `graphUrl` is not a plain http(s) address. */
  constructor(options: GraphClientOptions) {
    const url = plainHttpUrl(options.graphUrl);
    const maxConnections = options.maxConnections ?? MAX_CONNECTIONS;
    this.#path = `${url.pathname.replace(/\/+$/, "")}/${encodeURIComponent(options.version)}`;
    this.#appSecret = options.appSecret;
    this.#timeoutMs = options.timeoutMs;
    this.#onRequest = options.onRequest;
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
  async postEvents({ datasetId, accessToken, body, onTurn }: EventsPost): Promise<GraphAnswer> {
    const path = `/${encodeURIComponent(datasetId)}/events`;
    return this.#ask({
      call: "events",
      method: "POST",
      path,
      accessToken,
      fields: body,
      read: readGraphResponse,
      onTurn,
    });
  }

  /**
   * Asks which dataset a WhatsApp Business Account has.
   * Source: Meta, "Conversions API for Business Messaging: Onboarding Guide" (GET /{version}/{waba}/dataset).
   */
  async findDataset({ wabaId, accessToken }: DatasetQuestion): Promise<DatasetAnswer> {
    const path = `/${encodeURIComponent(wabaId)}/dataset`;
    return this.#ask({ call: "dataset", method: "GET", path, accessToken, fields: {}, read: readDatasetResponse });
  }

  /**
   * Creates the dataset of a WhatsApp Business Account. Meta answers the existing one if there is one, so asking again after
   * an unclear answer is safe.
   * Source: Meta, "Conversions API for Business Messaging: Onboarding Guide" (POST /{version}/{waba}/dataset); for the name
   * "Whats App Business Account Dataset".
   */
  async createDataset({ wabaId, accessToken }: DatasetQuestion, datasetName: string | null): Promise<DatasetAnswer> {
    const path = `/${encodeURIComponent(wabaId)}/dataset`;
    const fields = datasetName === null ? {} : { dataset_name: datasetName };
    return this.#ask({ call: "dataset", method: "POST", path, accessToken, fields, read: readDatasetResponse });
  }

  async #ask<Answer extends { readonly kind: string }>(
    call: GraphCall<Answer>,
  ): Promise<Answer | Extract<GraphAnswer, { kind: "not_sent" | "unclear" }>> {
    if (this.#closed) return { kind: "not_sent", cause: "client_closed" };
    const startedAt = performance.now();
    const exchange = new HttpExchange(this.#pool, this.#slots, this.#requestOf(call), {
      startWithinMs: this.#timeoutMs * START_SHARE,
      timeoutMs: this.#timeoutMs,
      onTurn: call.onTurn,
    });
    this.#open.add(exchange);
    try {
      const outcome = await exchange.result;
      const answer =
        outcome.kind === "answered"
          ? call.read(outcome, new Date())
          : outcome.kind === "not_sent"
            ? outcome
            : ({ kind: "unclear", httpStatus: outcome.httpStatus, cause: outcome.cause } as const);
      this.#onRequest?.(factsOf(call.call, answer, performance.now() - startedAt));
      return answer;
    } finally {
      this.#open.delete(exchange);
    }
  }

  #requestOf({ method, path, accessToken, fields }: GraphCall<unknown>) {
    const proven = this.#proven(fields, accessToken);
    const headers = {
      authorization: `Bearer ${accessToken}`,
      accept: "application/json",
      "accept-encoding": "identity",
      "user-agent": "capi-relay",
    };
    if (method === "GET") {
      const query = new URLSearchParams(proven as Record<string, string>).toString();
      return { method, path: `${this.#path}${path}${query === "" ? "" : `?${query}`}`, headers };
    }
    return {
      method,
      path: `${this.#path}${path}`,
      headers: { ...headers, "content-type": "application/json" },
      body: JSON.stringify(proven),
    };
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

function factsOf(
  call: GraphRequestFacts["call"],
  answer: { readonly kind: string; readonly httpStatus?: number | null; readonly error?: { readonly code: number } },
  durationMs: number,
): GraphRequestFacts {
  const status = answer.kind === "not_sent" ? "not_sent" : (answer.httpStatus ?? "unclear");
  return { call, status, code: answer.error?.code ?? null, durationMs };
}

function plainHttpUrl(graphUrl: string): URL {
  const url = URL.parse(graphUrl);
  const plain = url !== null && /^https?:$/.test(url.protocol) && !url.username && !url.password;
  if (!plain || url.search || url.hash) {
    throw new TypeError("graphUrl must be an http(s) address without credentials, query and fragment");
  }
  return url;
}
