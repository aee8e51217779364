import type { ServerResponse } from "node:http";

/**
 * Aborted when the connection closes before the answer is out. The request's own "close" would not do: it comes as soon as
 * the body has been read.
 */
export function callerGone(response: ServerResponse): AbortSignal {
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  return gone.signal;
}
