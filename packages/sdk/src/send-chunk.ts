import type { ConversionEvent } from "./conversion-event.ts";
import type { BatchResult } from "./conversion-receipt.ts";
import { isCapiRelayError, isRelayUnreachable } from "./errors.ts";

/**
 * Sends one request of a batch; its results carry the indexes of the whole list.
 * @throws CapiRelayError for what would refuse the other requests, too.
 */
export async function sendChunk(
  send: () => Promise<{ readonly results: readonly BatchResult[] }>,
  first: number,
  events: readonly ConversionEvent[],
): Promise<readonly BatchResult[]> {
  try {
    const { results } = await send();
    return results.map((result) => ({ ...result, index: first + result.index }));
  } catch (failure) {
    if (!concernsOnlyThis(failure)) throw failure;
    // The requests before it were taken: their receipts must not be lost with this one.
    const { code, details } = isCapiRelayError(failure) ? failure : { code: "relay_unreachable", details: [] };
    const error = { code, message: failure.message, param: null, details, retryable: failure.retryable };
    return events.map(({ eventId }, at) => ({ index: first + at, eventId, error }));
  }
}

const TOO_LARGE = 413;

function concernsOnlyThis(failure: unknown): failure is Error & { readonly retryable: boolean } {
  if (isCapiRelayError(failure)) return failure.retryable || failure.status === TOO_LARGE;
  return isRelayUnreachable(failure);
}
