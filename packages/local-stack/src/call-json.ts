export interface JsonAnswer {
  readonly status: number;
  readonly body: unknown;
}

const TIMEOUT_MS = 30_000;

/**
 * One HTTP call with a bearer token, JSON in and out; the body is null where the answer has none.
 * @throws TypeError when nobody answers, DOMException after 30 s.
 */
export async function callJson(
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE",
  url: string,
  token: string,
  body?: unknown,
): Promise<JsonAnswer> {
  const answer = await fetch(url, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const text = await answer.text();
  return { status: answer.status, body: text === "" ? null : JSON.parse(text) };
}

/** The same, for calls that must succeed. @throws Error with status and the answer's own sentence. */
export async function mustCall(...call: Parameters<typeof callJson>): Promise<unknown> {
  const { status, body } = await callJson(...call);
  if (status >= 200 && status < 300) return body;
  const told = typeof body === "object" && body !== null && "error" in body ? body.error : null;
  throw new Error(`${call[0]} ${new URL(call[1]).pathname} answered ${status}: ${String(told ?? "no reason given")}`);
}
