import type { AuditEntry, AuditLog } from "@capi-relay/storage";
import type { Principal } from "./principal.ts";

export interface AuditPorts {
  readonly audit: Pick<AuditLog, "append">;
  readonly now: () => Date;
}

/** Notes what somebody did: their key's name and id, never the key. */
export function auditTrail({ audit, now }: AuditPorts) {
  return (by: Principal, action: AuditEntry["action"], subject: string, detail = ""): Promise<void> =>
    audit.append({ at: now(), who: by.who, action, subject, detail });
}
