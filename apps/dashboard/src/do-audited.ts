import type { AuditEntry, AuditLog } from "@capi-relay/storage";
import type { FastifyRequest } from "fastify";
import type { Audit } from "./audit.ts";

export interface AuditPorts {
  readonly audit: Pick<AuditLog, "append">;
  readonly noteInLog: Audit;
  readonly now: () => Date;
}

/** Writes down what an operator did, in the audit and in the log. */
export async function noteDone(
  request: FastifyRequest,
  { audit, noteInLog, now }: AuditPorts,
  { action, subject, detail = "" }: Pick<AuditEntry, "action" | "subject"> & { readonly detail?: string },
): Promise<void> {
  const who = request.user?.name ?? "nobody";
  noteInLog(request, { action, outcome: "done", subject, ...(detail === "" ? {} : { detail }) });
  await audit.append({ at: now(), who, action, subject, detail });
}
