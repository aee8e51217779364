import type { ServerResponse } from "node:http";

/**
 * Aborted when the connection closes before the answer is out. The request's own "close" would not do: it comes as soon
 * as the body has been read. For requests that wait only: one signal costs as much as all hashes of a conversion.
 */
export function callerGone(response: ServerResponse): AbortSignal {
  const gone = new AbortController();
  // It may have closed while the key was looked up, and will not say so again.
  if (response.closed) gone.abort();
  response.once("close", () => {
    if (!response.writableFinished) gone.abort();
  });
  return gone.signal;
}
