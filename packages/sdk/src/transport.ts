import { type CallLimits, type CallOptions, limitsOf } from "./call-options.ts";
import { type HttpRequest, tryOnce } from "./one-try.ts";
import { pause } from "./pause.ts";
import { retryPause } from "./retry-pause.ts";

/** One call of the API, before addresses and keys come in. */
export interface ApiCall {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  /** Below the base address, each part encoded already, e.g. by `pathTo`. */
  readonly path: string;
  readonly query?: URLSearchParams;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * False when a second time would do something more than the first; then only what cannot have happened is retried.
   */
  readonly repeatable?: boolean;
  /** What the server was asked to take longer, in milliseconds. */
  readonly extraMs?: number;
}

export interface TransportSettings extends CallLimits {
  readonly baseUrl: URL;
  readonly apiKey: string;
  readonly userAgent: string;
  readonly fetch: typeof globalThis.fetch;
}

/** Calls the API: retries what may be retried, until it is answered, refused for good, or out of time. */
export class Transport {
  // Private to the runtime too, so that printing a client does not print the key.
  readonly #settings: TransportSettings;

  constructor(settings: TransportSettings) {
    this.#settings = settings;
  }

  /**
   * @returns the answer's JSON, undefined for 204.
   * @throws CapiRelayError for a refusal, RelayUnreachable for none, the signal's reason when aborted.
   */
  async call<Answer>(call: ApiCall, options: CallOptions = {}): Promise<Answer> {
    const { fetch } = this.#settings;
    const { signal } = options;
    const { timeoutMs, deadlineMs, retries } = limitsOf(options, this.#settings);
    const extraMs = call.extraMs ?? 0;
    const deadline = performance.now() + deadlineMs + extraMs;
    const remainingMs = () => Math.ceil(deadline - performance.now());
    const request = this.#requestOf(call);
    for (let tries = 1; ; tries++) {
      const outcome = await tryOnce(request, {
        fetch,
        signal,
        timeoutMs: Math.max(1, Math.min(timeoutMs + extraMs, remainingMs())),
      });
      // Promised by the API, and held against the real one by its tests.
      if (outcome.kind === "answered") return outcome.body as Answer;
      const pauseMs = retryPause(outcome, {
        tries,
        retries,
        remainingMs: remainingMs(),
        repeatable: call.repeatable ?? true,
        chance: Math.random(),
      });
      if (pauseMs === null) throw outcome.error;
      await pause(pauseMs, signal);
    }
  }

  #requestOf({ method, path, query, body, headers }: ApiCall): HttpRequest {
    const { baseUrl, apiKey, userAgent } = this.#settings;
    const url = new URL(baseUrl.pathname.replace(/\/+$/, "") + path, baseUrl);
    url.search = query?.toString() ?? "";
    return {
      url,
      method,
      headers: {
        accept: "application/json",
        authorization: `Bearer ${apiKey}`,
        "user-agent": userAgent,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      // Written once: every try sends the same bytes, so the same eventId.
      body: body === undefined ? undefined : JSON.stringify(body),
    };
  }
}

/**
 * A path with ids in it: `pathTo("/v1/accounts", id, "pause")`.
 * @throws TypeError for an id that would lead to another route.
 */
export function pathTo(root: string, ...parts: readonly string[]): string {
  return [root, ...parts.map(pathPart)].join("/");
}

function pathPart(part: string): string {
  if (typeof part !== "string" || /^\.{0,2}$/.test(part))
    throw new TypeError("the id is empty; pass the id of the answer");
  return encodeURIComponent(part);
}
