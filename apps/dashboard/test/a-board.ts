import type { FastifyInstance } from "fastify";
import { HOST, OURS, sessionOf } from "./a-dashboard.ts";

/** Where the board asks for jobs and sends what is to be done about them. */
export const API = "/queues/api/queues";
export const REJECTED = { kind: "failed", status: "rejected", reason: "meta_invalid_event_type" } as const;
export const SKIPPED = { kind: "completed", status: "skipped", reason: "no_ctwa_clid" } as const;

/** Requests of somebody who is logged in, as the board sends them. */
export async function actAs(app: FastifyInstance, name: string) {
  const cookie = await sessionOf(app, name);
  return (method: "PUT" | "POST" | "PATCH" | "DELETE", url: string, payload?: object) =>
    app.inject({
      method,
      url,
      headers: { cookie, host: HOST, ...OURS },
      ...(payload === undefined ? {} : { payload }),
    });
}
