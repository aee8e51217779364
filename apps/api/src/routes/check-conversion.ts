import { ConversionCheck, ConversionRequest } from "@capi-relay/contract";
import type { ConflictLimits } from "../access/conflict-limits.ts";
import { ownAccounts } from "../access/own.ts";
import { type CheckPorts, checkConversion } from "../check/check-conversion.ts";
import type { RouteRegistry } from "../route-schemas.ts";

export interface CheckRoutePorts extends Omit<CheckPorts, "conflicts"> {
  readonly conflictLimits: Pick<ConflictLimits, "of">;
}

export function checkConversionRoute(app: RouteRegistry, ports: CheckRoutePorts): void {
  app.route({
    method: "POST",
    url: "/v1/whatsapp/conversions/check",
    schema: {
      operationId: "checkConversion",
      tags: ["Conversions"],
      summary: "Tell what would become of a conversion",
      description:
        "Takes the same body as sending it, and judges it by the same rules: click, windows, name, repeat, destination. Nothing is stored and nothing sent. A body that breaks the schema is answered 400 here as there.",
      body: ConversionRequest,
      response: { 200: ConversionCheck },
      errors: ["contact_required", "value_required", "currency_required"],
    },
    config: { scope: "send" },
    handler: ({ principal, body }) => {
      const conflicts = ports.conflictLimits.of(principal.id);
      return checkConversion(body, { ...ports, conflicts, accounts: ownAccounts(principal, ports.accounts) });
    },
  });
}
