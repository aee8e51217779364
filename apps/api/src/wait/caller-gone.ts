import type { ServerResponse } from "node:http";

/**
 * Aborted when the connection closes before the answer is out. The request's own "close" would not do: it comes as soon as
 * the body has been read.
 */
export function callerGone(response: ServerResponse): AbortSignal {
  const gone = new AbortController();
  // It may have closed while the key was looked up, and will not say so again.
  if (response.closed) gone.abort();
  response.once("close", () => gone.abort());
  return gone.signal;
}
