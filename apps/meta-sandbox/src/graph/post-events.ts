import { setTimeout as sleep } from "node:timers/promises";
import type { FastifyReply, FastifyRequest } from "fastify";
import { type Fault, recordsFirst } from "../faults.ts";
import type { JsonRecord } from "../json-record.ts";
import type { SandboxState } from "../sandbox-state.ts";
import { tokenFingerprint } from "../token-fingerprint.ts";
import type { Waba } from "../world.ts";
import { checkAccess, ownsDataset } from "./check-access.ts";
import { checkData } from "./check-request.ts";
import { newFbtraceId } from "./fbtrace-id.ts";
import { sendJson, sendRefusal, setUsageHeaders } from "./graph-answer.ts";
import { GRAPH_ERRORS, type Refusal } from "./graph-errors.ts";
import { type GraphRequest, readGraphRequest } from "./graph-request.ts";
import { strikeFault } from "./strike-fault.ts";

type Verdict =
  | { readonly kind: "refused"; readonly refusal: Refusal; readonly waba: Waba | null }
  | { readonly kind: "struck"; readonly fault: Fault; readonly waba: Waba; readonly sent: number }
  | { readonly kind: "accepted"; readonly waba: Waba; readonly sent: number };

/** `POST /{version}/{dataset-id}/events`: judged and recorded at once, then answered after the latency, if at all. */
export async function postEvents(state: SandboxState, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const call = readGraphRequest(request);
  const verdict = judge(state, call, reply);
  const delayMs = state.settings.latencyMs + (verdict.kind === "struck" ? delayOf(verdict.fault) : 0);
  if (delayMs > 0) await wait(delayMs, state.closing.signal);
  switch (verdict.kind) {
    case "refused":
      return sendRefusal(reply, verdict.refusal, verdict.waba);
    case "struck":
      return strikeFault(reply, { ...verdict, closing: state.closing.signal });
    case "accepted":
      return sendJson(reply, 200, { events_received: verdict.sent, messages: [], fbtrace_id: newFbtraceId() });
  }
}

// A slow drip spends its delay between two bytes.
const delayOf = ({ kind, delayMs }: Fault): number => (kind === "slow_drip" ? 0 : delayMs);

async function wait(delayMs: number, closing: AbortSignal): Promise<void> {
  // Closing early is not an error: the answer is sent, or the socket is gone.
  await sleep(delayMs, undefined, { signal: closing }).catch(() => undefined);
}

/** The order of the checks is Meta's as far as it is known: access, limits and faults, the body, then each event. */
function judge(state: SandboxState, call: GraphRequest, reply: FastifyReply): Verdict {
  const { world, clock, faults, tally, settings } = state;
  const datasetId = world.hasDataset(call.id) ? call.id : null;
  const refuse = (refusal: Refusal, waba: Waba | null): Verdict => {
    const { subcode, code } = GRAPH_ERRORS[refusal.error];
    tally.rejected(datasetId, subcode ?? code);
    return { kind: "refused", refusal, waba };
  };
  const strike = (fault: Fault, waba: Waba, sent: number): Verdict => {
    faults.use(fault.id);
    tally.faulted(datasetId);
    return { kind: "struck", fault, waba, sent };
  };

  tally.request(datasetId);
  const access = checkAccess(call, { world, now: clock.now(), appSecret: settings.appSecret, owns: ownsDataset });
  if ("refusal" in access) return refuse(access.refusal, access.waba);
  const { waba } = access;

  const usage = state.calls.take(waba, clock.realNowMs());
  setUsageHeaders(reply, waba, usage);
  if (usage.exceeded) return refuse({ error: "too_many_calls" }, waba);
  const fault = faults.next(call.id, clock.realNowMs());
  if (fault !== null && !recordsFirst(fault)) return strike(fault, waba, 0);

  const data = checkData(call.fields, {
    now: clock.now(),
    futureToleranceMs: settings.futureToleranceMs,
    allowedEventNames: waba.allowedEventNames,
    linkedWabaIds: world.wabasLinkedTo(call.id).map(({ id }) => id),
    isKnownClick: (wabaId, ctwaClid) => !settings.strictSeeding || world.isKnownClick(wabaId, ctwaClid),
  });
  if ("refusal" in data) return refuse(data.refusal, waba);
  // Fewer counted means fewer taken: the last one is lost.
  record(state, call, fault?.kind === "counted_fewer" ? data.events.slice(0, -1) : data.events);
  const sent = data.events.length;
  return fault === null ? { kind: "accepted", waba, sent } : strike(fault, waba, sent);
}

function record({ log, clock }: SandboxState, call: GraphRequest, events: readonly JsonRecord[]): void {
  const request = {
    receivedAt: clock.now().toISOString(),
    datasetId: call.id,
    tokenFingerprint: tokenFingerprint(call.token ?? ""),
    testEventCode: textOrNull(call.fields?.["test_event_code"]),
    partnerAgent: textOrNull(call.fields?.["partner_agent"]),
  };
  log.append(
    events.map((event) => ({
      ...request,
      eventId: textOrNull(event["event_id"]),
      eventName: String(event["event_name"]),
      event,
    })),
  );
}

const textOrNull = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null);
