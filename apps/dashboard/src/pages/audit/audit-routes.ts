import type { AuditLog, AuditPosition } from "@capi-relay/storage";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { ShowPage } from "../../frame/page.ts";
import { auditPage } from "./audit-page.ts";

export interface AuditPagePorts {
  readonly audit: Pick<AuditLog, "page">;
  readonly show: ShowPage;
}

const PER_PAGE = 50;
/** A mistyped place begins at the newest entry. */
const After = z.object({
  after: z
    .string()
    .regex(/^[0-9]{1,15}\.[0-9a-f]{24}$/)
    .transform((text): AuditPosition | null => {
      const [time = "", id = ""] = text.split(".");
      return { at: new Date(Number(time)), id };
    })
    .catch(null),
});

/** Who did what. */
export function auditRoutes(app: FastifyInstance, { audit, show }: AuditPagePorts): void {
  app.get("/audit", async (request, reply) => {
    const { after } = After.parse(request.query);
    const entries = await audit.page(after, PER_PAGE + 1);
    const shown = entries.slice(0, PER_PAGE);
    const last = shown.at(-1);
    const next = entries.length > PER_PAGE && last !== undefined ? { at: last.at, id: last.id } : null;
    const body = auditPage({ entries: shown, isFirst: after === null, next });
    return show(reply, { title: "Audit", current: "/audit", body });
  });
}
