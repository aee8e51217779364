import type { FastifyReply } from "fastify";
import type { CallUsage } from "../call-meter.ts";
import type { Waba } from "../world.ts";
import { newFbtraceId } from "./fbtrace-id.ts";
import { type ErrorWording, GRAPH_ERRORS, graphErrorBody, type Refusal } from "./graph-errors.ts";

const PLAIN_WORDING: ErrorWording = { locale: "en", omitIsTransient: false };

/** Answers a refusal in the language of the WABA, if the request got far enough to know it. */
export function sendRefusal(reply: FastifyReply, refusal: Refusal, waba: Waba | null): FastifyReply {
  const fbtraceId = newFbtraceId();
  return sendJson(
    reply,
    GRAPH_ERRORS[refusal.error].status,
    graphErrorBody(refusal, waba ?? PLAIN_WORDING, fbtraceId),
    {
      fbtraceId,
    },
  );
}

/** Every Graph answer carries its trace id in a header too, as Meta's do. */
export function sendJson(
  reply: FastifyReply,
  status: number,
  body: object,
  { fbtraceId = newFbtraceId() }: { readonly fbtraceId?: string } = {},
): FastifyReply {
  return reply.code(status).header("x-fb-trace-id", fbtraceId).send(body);
}

export function setUsageHeaders(reply: FastifyReply, waba: Waba, usage: CallUsage): void {
  const share = { call_count: usage.percent, total_cputime: usage.percent, total_time: usage.percent };
  reply.header("x-app-usage", JSON.stringify(share));
  if (waba.callLimit !== null) {
    setBusinessUsageHeader(reply, waba.id, usage.percent, usage.regainAccessInMinutes);
  }
}

/** The estimate is in minutes, as Meta's is. */
export function setBusinessUsageHeader(
  reply: FastifyReply,
  businessId: string,
  percent: number,
  minutes: number,
): void {
  const usage = {
    type: "ads_management",
    call_count: percent,
    total_cputime: percent,
    total_time: percent,
    estimated_time_to_regain_access: minutes,
    ads_api_access_tier: "standard_access",
  };
  reply.header("x-business-use-case-usage", JSON.stringify({ [businessId]: [usage] }));
}
