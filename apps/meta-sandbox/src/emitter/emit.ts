import { setTimeout as sleep } from "node:timers/promises";
import { signBytes } from "./sign.ts";

export interface Emission {
  readonly callbackUrl: string;
  readonly appSecret: string;
  readonly bodies: readonly Uint8Array[];
  /** Between two deliveries of the same lane. */
  readonly delayMs: number;
  /** How often a delivery not answered with 200 is tried again, at once and then less and less often. */
  readonly retries: number;
  /** Deliveries under way at the same time; 1 keeps the order. */
  readonly concurrency: number;
}

export interface EmissionReport {
  /** Requests made, repeats included. */
  readonly posted: number;
  /** By HTTP status; `no_answer` for refused connections and timeouts. */
  readonly answers: Readonly<Record<string, number>>;
  /** Bodies that never got a 200. */
  readonly undelivered: number;
}

const ANSWER_TIMEOUT_MS = 10_000;
const FIRST_RETRY_MS = 100;
const MAX_RETRY_MS = 5_000;

/** Posts signed webhook bodies the way Meta does: at least once, and again on any answer but 200. */
export async function emit(emission: Emission, closing: AbortSignal): Promise<EmissionReport> {
  const answers: Record<string, number> = {};
  let undelivered = 0;
  const waiting = emission.bodies.values();
  const lane = async (): Promise<void> => {
    for (const body of waiting) {
      if (closing.aborted) return;
      const delivered = await deliver(emission, body, closing, (answer) => {
        answers[answer] = (answers[answer] ?? 0) + 1;
      });
      if (!delivered) undelivered += 1;
      await pause(emission.delayMs, closing);
    }
  };
  await Promise.all(Array.from({ length: emission.concurrency }, lane));
  return { posted: Object.values(answers).reduce((sum, count) => sum + count, 0), answers, undelivered };
}

async function deliver(
  { callbackUrl, appSecret, retries }: Emission,
  body: Uint8Array,
  closing: AbortSignal,
  count: (answer: string) => void,
): Promise<boolean> {
  for (let retry = 0; retry <= retries && !closing.aborted; retry += 1) {
    // The first retry comes at once.
    if (retry > 1) await pause(Math.min(FIRST_RETRY_MS * 2 ** (retry - 2), MAX_RETRY_MS), closing);
    const answer = await post(callbackUrl, body, signBytes(body, appSecret), closing);
    count(answer);
    if (answer === "200") return true;
  }
  return false;
}

async function post(url: string, body: Uint8Array, signature: string, closing: AbortSignal): Promise<string> {
  try {
    const answer = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", "x-hub-signature-256": signature },
      body: new Uint8Array(body),
      redirect: "manual",
      signal: AbortSignal.any([closing, AbortSignal.timeout(ANSWER_TIMEOUT_MS)]),
    });
    await answer.body?.cancel();
    return String(answer.status);
  } catch {
    // Refused, reset, timed out or closing: the report counts it.
    return "no_answer";
  }
}

async function pause(delayMs: number, closing: AbortSignal): Promise<void> {
  if (delayMs > 0) await sleep(delayMs, undefined, { signal: closing }).catch(() => undefined);
}
