import { setTimeout as sleep } from "node:timers/promises";
import { callJson, type JsonAnswer, type Stack } from "@capi-relay/local-stack";
import { z } from "zod";
import { atMost } from "./at-most.ts";
import type { PlannedConversion } from "./planned-conversion.ts";
import type { Progress } from "./progress.ts";

/** One report as it went: what was sent, and what the door answered. */
export interface Posted {
  readonly planned: PlannedConversion;
  readonly answer: "accepted" | "duplicate" | "conflict" | "invalid" | "other";
  /** The event's id with us; null where nothing was taken in. */
  readonly id: string | null;
  /** The code of a refusal, or the HTTP status of an answer nobody expects. */
  readonly code: string | null;
}

export interface Report {
  readonly planned: PlannedConversion;
  readonly body: Record<string, unknown>;
}

const CONNECTIONS = 50;
const MAX_TRIES = 5;
const Receipt = z.object({ id: z.string(), duplicate: z.boolean() });
const Refusal = z.object({ code: z.string() });

/** Posts every report, fifty connections at a time, and hands on what the door answered. */
export async function playConversions(
  reports: readonly Report[],
  { apiUrl, secrets }: Stack,
  progress: Progress,
): Promise<readonly Posted[]> {
  const posted: Posted[] = [];
  await atMost(CONNECTIONS, reports, async ({ planned, body }) => {
    const answer = await postPatiently(`${apiUrl}/v1/whatsapp/conversions`, secrets.ADMIN_API_KEY, body);
    posted.push({ planned, ...readAnswer(answer) });
    if (posted.length % 10 === 0) progress.at("conversions", posted.length, reports.length);
  });
  return posted;
}

/** A 503 says that nothing was accepted: an order system sends again, a little later each time. */
async function postPatiently(url: string, key: string, body: object): Promise<JsonAnswer> {
  for (let tries = 1; ; tries += 1) {
    const answer = await callJson("POST", url, key, body);
    if (answer.status !== 503 || tries === MAX_TRIES) return answer;
    await sleep(200 * tries);
  }
}

function readAnswer({ status, body }: JsonAnswer): Omit<Posted, "planned"> {
  if (status === 200 || status === 202) {
    const { id, duplicate } = Receipt.parse(body);
    const fits = duplicate === (status === 200);
    return { answer: fits ? (duplicate ? "duplicate" : "accepted") : "other", id, code: fits ? null : String(status) };
  }
  const code = Refusal.safeParse(body).data?.code ?? `HTTP ${status}`;
  if (status === 409) return { answer: "conflict", id: null, code };
  return { answer: status === 422 || status === 400 ? "invalid" : "other", id: null, code };
}
