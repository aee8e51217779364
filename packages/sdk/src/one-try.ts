import { type CapiRelayError, RelayUnreachable } from "./errors.ts";
import { readRefusal, unreadableAnswer } from "./read-refusal.ts";
import { readRetryAfter } from "./retry-after.ts";

export type TryFailure =
  | { readonly kind: "refused"; readonly error: CapiRelayError; readonly retryAfterMs: number | null }
  | { readonly kind: "unreachable"; readonly error: RelayUnreachable; readonly retryAfterMs: null };

export type TryOutcome = { readonly kind: "answered"; readonly body: unknown } | TryFailure;

export interface HttpRequest {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

/**
 * One HTTP exchange. Whatever the other side does is an outcome.
 * @throws the signal's reason when the caller has aborted.
 */
export async function tryOnce(
  { url, method, headers, body }: HttpRequest,
  { fetch, timeoutMs, signal }: { fetch: typeof globalThis.fetch; timeoutMs: number; signal: AbortSignal | undefined },
): Promise<TryOutcome> {
  const ending = new AbortController();
  let isTimeout = false;
  const timer = setTimeout(() => {
    isTimeout = true;
    ending.abort();
  }, timeoutMs);
  const onAbort = () => ending.abort();
  signal?.addEventListener("abort", onAbort, { once: true });
  try {
    signal?.throwIfAborted();
    // Not followed: a redirect must not carry the key and the customer's data to another address.
    const init = { method, headers, redirect: "manual", signal: ending.signal } as const;
    const answer = await fetch(url, body === undefined ? init : { ...init, body });
    return readAnswer(answer, await answer.text(), url);
  } catch (error) {
    signal?.throwIfAborted();
    if (isTimeout) return unreachable(new RelayUnreachable("timeout", true));
    return unreachable(new RelayUnreachable("network", mayHaveLeft(error), error));
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
  }
}

function readAnswer({ status, headers }: Response, text: string, url: URL): TryOutcome {
  const body = text === "" ? undefined : parsed(text);
  const requestId = headers.get("x-request-id");
  if (status < 200 || status > 299) {
    const retryAfterMs = readRetryAfter(headers.get("retry-after"), Date.now());
    return { kind: "refused", error: readRefusal(status, body, requestId, url), retryAfterMs };
  }
  const isPromised = status === 204 || (typeof body === "object" && body !== null);
  if (isPromised) return { kind: "answered", body };
  return { kind: "refused", error: unreadableAnswer(status, requestId, url), retryAfterMs: null };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A proxy's page; its words are no use to a program.
    return undefined;
  }
}

const unreachable = (error: RelayUnreachable): TryFailure => ({ kind: "unreachable", error, retryAfterMs: null });

const NEVER_CONNECTED = [
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
];

/** Node tells by the code of the cause why fetch failed. Where nothing is told, the request may have left. */
function mayHaveLeft(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return !(
    typeof cause === "object" &&
    cause !== null &&
    "code" in cause &&
    NEVER_CONNECTED.includes(String(cause.code))
  );
}
