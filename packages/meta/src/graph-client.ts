import type { GraphAnswer } from "@capi-relay/domain";
import { Pool } from "undici";
import { type DatasetAnswer, readDatasetResponse } from "./dataset-response.ts";
import { GraphAddress, type GraphRequest } from "./graph-address.ts";
import { type GraphResponse, readGraphResponse } from "./graph-response.ts";
import { type Exchange, HttpExchange } from "./http-exchange.ts";
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
  readonly request: GraphRequest;
  readonly read: (response: GraphResponse, now: Date) => Answer;
  readonly onTurn?: (() => void) | undefined;
}

type NoAnswer = Extract<GraphAnswer, { kind: "not_sent" | "unclear" }>;

const MAX_ANSWER_BYTES = 1024 * 1024;

/**
 * Enough for fifteen destinations that let all their requests hang, and others beside them. A connection is only opened
 * when it is needed.
 */
const MAX_CONNECTIONS = 256;

/**
 * An idle connection that the other side closes just as we use it costs an unclear answer, which may become a double
 * count; a new connection costs a tenth of a second. So idle ones are dropped early.
 */
const IDLE_CONNECTION_MS = 4_000;

/** Begun late, a request has no time left for its answer and ends unclear; not begun, it is simply tried again. */
const START_SHARE = 0.5;

/**
 * One request, one deadline, one answer. Never retries, never follows a redirect, never throws for anything the network
 * did.
 */
export class GraphClient {
  readonly #pool: Pool;
  readonly #slots: RequestSlots;
  readonly #open = new Set<HttpExchange>();
  readonly #address: GraphAddress;
  readonly #timeoutMs: number;
  readonly #onRequest: GraphClientOptions["onRequest"];
  #closed = false;

  /** @throws TypeError if `graphUrl` is not a plain http(s) address. */
  constructor(options: GraphClientOptions) {
    this.#address = new GraphAddress(options);
    const maxConnections = options.maxConnections ?? MAX_CONNECTIONS;
    this.#timeoutMs = options.timeoutMs;
    this.#onRequest = options.onRequest;
    this.#slots = new RequestSlots(maxConnections);
    // A pool knows one origin: not even a mistake could carry a token elsewhere.
    this.#pool = new Pool(this.#address.origin, {
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
    const request = { method: "POST", path, accessToken, fields: body } as const;
    return this.#ask({ call: "events", request, read: readGraphResponse, onTurn });
  }

  /**
   * Asks which dataset a WhatsApp Business Account has.
   * Source: Meta, "Conversions API for Business Messaging: Onboarding Guide" (GET /{version}/{waba}/dataset).
   */
  async findDataset({ wabaId, accessToken }: DatasetQuestion): Promise<DatasetAnswer> {
    const path = `/${encodeURIComponent(wabaId)}/dataset`;
    const request = { method: "GET", path, accessToken, fields: {} } as const;
    return this.#ask({ call: "dataset", request, read: readDatasetResponse });
  }

  /**
   * Creates the dataset of a WhatsApp Business Account. Meta answers the existing one if there is one, so asking again
   * after an unclear answer is safe. Source: Meta, "Conversions API for Business Messaging: Onboarding Guide" (POST
   * /{version}/{waba}/dataset); for the name "Whats App Business Account Dataset".
   */
  async createDataset({ wabaId, accessToken }: DatasetQuestion, datasetName: string | null): Promise<DatasetAnswer> {
    const path = `/${encodeURIComponent(wabaId)}/dataset`;
    const fields = datasetName === null ? {} : { dataset_name: datasetName };
    const request = { method: "POST", path, accessToken, fields } as const;
    return this.#ask({ call: "dataset", request, read: readDatasetResponse });
  }

  async #ask<Answer extends { readonly kind: string }>({
    call,
    request,
    read,
    onTurn,
  }: GraphCall<Answer>): Promise<Answer | NoAnswer> {
    if (this.#closed) return { kind: "not_sent", cause: "client_closed" };
    const startedAt = performance.now();
    const exchange = new HttpExchange(this.#pool, this.#slots, this.#address.requestOf(request), {
      startWithinMs: this.#timeoutMs * START_SHARE,
      timeoutMs: this.#timeoutMs,
      onTurn,
    });
    this.#open.add(exchange);
    try {
      const answer = readOutcome(await exchange.result, read);
      this.#onRequest?.(factsOf(call, answer, performance.now() - startedAt));
      return answer;
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
}

/** Without an answer all questions are alike. */
function readOutcome<Answer>(outcome: Exchange, read: GraphCall<Answer>["read"]): Answer | NoAnswer {
  switch (outcome.kind) {
    case "answered":
      return read(outcome, new Date());
    case "not_sent":
      return outcome;
    case "broken":
      return { kind: "unclear", httpStatus: outcome.httpStatus, cause: outcome.cause };
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
