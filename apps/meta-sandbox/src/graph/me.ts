import type { FastifyReply, FastifyRequest } from "fastify";
import type { SandboxState } from "../sandbox-state.ts";
import { checkToken, checkVersion } from "./check-access.ts";
import { sendJson, sendRefusal } from "./graph-answer.ts";
import { readGraphRequest } from "./graph-request.ts";

/** `GET /{version}/me`: tells a version that exists from one that does not, and a good token from a bad one. */
export function getMe(state: SandboxState, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const call = { ...readGraphRequest(request), id: "me" };
  const versionRefusal = checkVersion(call);
  if (versionRefusal !== null) return sendRefusal(reply, versionRefusal, null);
  const { token } = call;
  if (token === null) return sendRefusal(reply, { error: "token_needed_for_me" }, null);
  const { world, clock, settings } = state;
  const [waba] = world.wabasOfToken(token);
  if (waba === undefined) {
    return sendRefusal(reply, { error: world.isRevoked(token) ? "token_revoked" : "token_unreadable" }, null);
  }
  const refusal = checkToken(call, token, waba, clock.now(), settings.appSecret);
  if (refusal !== null) return sendRefusal(reply, refusal, waba);
  return sendJson(reply, 200, { id: `1${waba.id}`.slice(0, 17), name: "Sandbox system user" });
}
