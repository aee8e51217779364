import { setImmediate as othersTurn } from "node:timers/promises";
import { type BatchItemResult, ConversionRequest } from "@capi-relay/contract";
import type { Logger } from "@capi-relay/runtime";
import { acceptConversion, type IntakePorts } from "./accept-conversion.ts";
import { problemOf } from "./answer-errors.ts";
import { parseInput } from "./parse-input.ts";

/** Read without a pause: reading a bad event to its end may take milliseconds, and other callers wait for that long. */
const READ_AT_A_TIME = 25;
/** Mistakes told of one event: fewer than alone, because there may be a thousand such events. */
const MAX_DETAILS = 10;

export interface BatchPorts extends IntakePorts {
  readonly log: Logger;
}

/**
 * Takes many conversions in, each with an answer of its own, also where the mistake is ours: its neighbours may be
 * stored already. Underneath they share one insert and one call to Redis.
 */
export async function acceptBatch(
  events: readonly unknown[],
  requestId: string,
  ports: BatchPorts,
): Promise<readonly BatchItemResult[]> {
  const read: (ConversionRequest | Error)[] = [];
  for (const event of events) {
    read.push(readItem(event));
    if (read.length % READ_AT_A_TIME === 0) await othersTurn();
  }
  const ours: unknown[] = [];
  const told = { ...ports, onOurMistake: (error: unknown) => void ours.push(error) };
  const results = await Promise.all(read.map((item, index) => acceptItem(item, events[index], index, told)));
  // The first stands for all: what ails one record or one line of code mostly ails many.
  if (ours.length > 0)
    ports.log.error({ err: ours[0], failed: ours.length, requestId }, "conversions of a batch failed");
  return results;
}

function readItem(event: unknown): ConversionRequest | Error {
  try {
    return parseInput(ConversionRequest, event, "item");
  } catch (error) {
    return asError(error);
  }
}

async function acceptItem(
  item: ConversionRequest | Error,
  event: unknown,
  index: number,
  { onOurMistake, ...ports }: IntakePorts & { readonly onOurMistake: (error: unknown) => void },
): Promise<BatchItemResult> {
  try {
    if (item instanceof Error) throw item;
    return { index, ...(await acceptConversion(item, ports)) };
  } catch (error) {
    const { code, message, param, details: all, status } = problemOf(asError(error));
    if (code === "internal_error") onOurMistake(error);
    ports.intake.refused(code, event);
    const details = all.slice(0, MAX_DETAILS);
    const retryable = status >= 500 || status === 429;
    return { index, eventId: readEventId(event), error: { code, message, param, details, retryable } };
  }
}

const asError = (thrown: unknown): Error => (thrown instanceof Error ? thrown : new Error("thrown", { cause: thrown }));

/** Repeated only if it is one: a misplaced phone number or e-mail address must not come back in an answer. */
function readEventId(event: unknown): string | null {
  if (typeof event !== "object" || event === null || !("eventId" in event)) return null;
  const { eventId } = event;
  return typeof eventId === "string" && /^[A-Za-z0-9._:#/+=-]{1,128}$/.test(eventId) ? eventId : null;
}
