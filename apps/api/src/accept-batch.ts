import { setImmediate as othersTurn } from "node:timers/promises";
import { type BatchItemResult, ConversionRequest } from "@capi-relay/contract";
import { StorageUnavailable } from "@capi-relay/storage";
import { acceptConversion, type IntakePorts } from "./accept-conversion.ts";
import { ApiProblem } from "./api-problem.ts";
import { parseInput } from "./parse-input.ts";

/** Read without a pause: reading a bad event to its end may take milliseconds, and other callers wait for that long. */
const READ_AT_A_TIME = 25;
/** Mistakes told of one event: fewer than alone, because there may be a thousand such events. */
const MAX_DETAILS = 10;

/**
 * Takes many conversions in, each with an answer of its own. Underneath they share one insert and one call to Redis.
 */
export async function acceptBatch(events: readonly unknown[], ports: IntakePorts): Promise<readonly BatchItemResult[]> {
  const read: (ConversionRequest | ApiProblem)[] = [];
  for (const event of events) {
    read.push(readItem(event));
    if (read.length % READ_AT_A_TIME === 0) await othersTurn();
  }
  return Promise.all(read.map((item, index) => acceptItem(item, events[index], index, ports)));
}

function readItem(event: unknown): ConversionRequest | ApiProblem {
  try {
    return parseInput(ConversionRequest, event, "item");
  } catch (error) {
    return problemOf(error);
  }
}

async function acceptItem(
  item: ConversionRequest | ApiProblem,
  event: unknown,
  index: number,
  ports: IntakePorts,
): Promise<BatchItemResult> {
  try {
    if (item instanceof ApiProblem) throw item;
    return { index, ...(await acceptConversion(item, ports)) };
  } catch (error) {
    const { code, message, param, details: all, status } = problemOf(error);
    ports.intake.refused(code, event);
    const details = all.slice(0, MAX_DETAILS);
    const retryable = status >= 500 || status === 429;
    return { index, eventId: readEventId(event), error: { code, message, param, details, retryable } };
  }
}

/** Anything that is not about this one item fails the whole request. */
function problemOf(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error;
  if (error instanceof StorageUnavailable) return new ApiProblem("storage_unavailable");
  throw error;
}

/** Repeated only if it is one: a misplaced phone number or e-mail address must not come back in an answer. */
function readEventId(event: unknown): string | null {
  if (typeof event !== "object" || event === null || !("eventId" in event)) return null;
  const { eventId } = event;
  return typeof eventId === "string" && /^[A-Za-z0-9._:#/+=-]{1,128}$/.test(eventId) ? eventId : null;
}
