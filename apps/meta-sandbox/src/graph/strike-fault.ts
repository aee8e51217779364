import { setTimeout as sleep } from "node:timers/promises";
import type { FastifyReply } from "fastify";
import type { Fault } from "../faults.ts";
import type { Waba } from "../world.ts";
import { newFbtraceId } from "./fbtrace-id.ts";
import { sendJson, sendRefusal, setBusinessUsageHeader } from "./graph-answer.ts";

export interface Strike {
  readonly fault: Fault;
  readonly waba: Waba;
  /** How many events the request held; 0 when the fault came before the body was read. */
  readonly sent: number;
  readonly closing: AbortSignal;
}

const DEFAULT_DRIP_MS = 1000;

/** Answers, or fails to answer, the way the fault says. */
export async function strikeFault(reply: FastifyReply, { fault, waba, sent, closing }: Strike): Promise<FastifyReply> {
  const success = (received: number) => ({ events_received: received, messages: [], fbtrace_id: newFbtraceId() });
  switch (fault.kind) {
    case "error_500":
      return sendRefusal(reply, { error: "service_down" }, waba);
    case "code_1":
      return sendRefusal(reply, { error: "unknown_error" }, waba);
    case "token_expired":
      return sendRefusal(reply, { error: "token_expired" }, waba);
    case "error_envelope":
      return sendEnvelope(reply, fault);
    case "throttle_80004":
      setBusinessUsageHeader(reply, waba.id, 100, Math.ceil(fault.retryAfterS / 60));
      return sendRefusal(reply, { error: "too_many_calls" }, waba);
    case "throttle_429":
      reply.header("retry-after", String(fault.retryAfterS));
      return sendEnvelope(reply, { ...fault, status: 429, code: 4, subcode: null, isTransient: true });
    case "html_502":
      return reply.code(502).type("text/html").send("<html><body><h1>502 Bad Gateway</h1></body></html>");
    case "counted_none":
      return sendJson(reply, 200, success(0));
    case "counted_fewer":
      return sendJson(reply, 200, success(Math.max(0, sent - 1)));
    case "late_answer":
      return sendJson(reply, 200, success(sent));
    case "hang":
    case "record_then_hang":
      return reply.hijack();
    case "drop_before_answer":
    case "record_then_drop":
      reply.hijack().raw.socket?.resetAndDestroy();
      return reply;
    case "truncated_json":
      return reply
        .code(200)
        .type("application/json")
        .send(JSON.stringify(success(sent)).slice(0, 20));
    case "empty_body":
      return reply.code(200).type("application/json").send("");
    case "redirect":
      return reply.redirect(fault.location, 302);
    case "slow_drip":
      return drip(reply, JSON.stringify(success(sent)), fault.delayMs || DEFAULT_DRIP_MS, closing);
  }
}

function sendEnvelope(
  reply: FastifyReply,
  { status, code, subcode, isTransient }: Pick<Fault, "status" | "code" | "subcode" | "isTransient">,
): FastifyReply {
  const fbtraceId = newFbtraceId();
  const error = {
    message: `(#${code}) An error ordered from the sandbox`,
    type: "OAuthException",
    code,
    ...(subcode === null ? {} : { error_subcode: subcode }),
    ...(isTransient === null ? {} : { is_transient: isTransient }),
    fbtrace_id: fbtraceId,
  };
  return sendJson(reply, status, { error }, { fbtraceId });
}

async function drip(reply: FastifyReply, text: string, everyMs: number, closing: AbortSignal): Promise<FastifyReply> {
  const { raw } = reply.hijack();
  raw.writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(text) });
  for (const byte of text) {
    if (raw.destroyed || closing.aborted) break;
    raw.write(byte);
    await sleep(everyMs);
  }
  raw.end();
  return reply;
}
