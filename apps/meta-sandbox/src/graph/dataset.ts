import { randomInt } from "node:crypto";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { SandboxState } from "../sandbox-state.ts";
import type { Waba } from "../world.ts";
import { checkAccess, isWaba } from "./check-access.ts";
import { sendJson, sendRefusal } from "./graph-answer.ts";
import { readGraphRequest } from "./graph-request.ts";

/** `POST /{version}/{waba-id}/dataset`: creates the dataset, or answers the one that exists. */
export function postDataset(state: SandboxState, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return withWaba(state, request, reply, (waba) => {
    const datasetId = waba.datasetId ?? newDatasetId(state);
    state.world.patchWaba(waba.id, { datasetId });
    return { id: datasetId };
  });
}

/** `GET /{version}/{waba-id}/dataset`: an empty list when there is none. */
export function getDataset(state: SandboxState, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return withWaba(state, request, reply, ({ datasetId }) => ({ data: datasetId === null ? [] : [{ id: datasetId }] }));
}

function withWaba(
  { world, clock, settings }: SandboxState,
  request: FastifyRequest,
  reply: FastifyReply,
  answer: (waba: Waba) => object,
): FastifyReply {
  const rules = { world, now: clock.now(), appSecret: settings.appSecret, owns: isWaba };
  const access = checkAccess(readGraphRequest(request), rules);
  if ("refusal" in access) return sendRefusal(reply, access.refusal, access.waba);
  return sendJson(reply, 200, answer(access.waba));
}

function newDatasetId({ world }: SandboxState): string {
  for (;;) {
    const id = String(randomInt(10 ** 14, 2 ** 48 - 1));
    if (!world.hasDataset(id)) return id;
  }
}
