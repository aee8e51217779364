import { ConversionCheck, ConversionRequest } from "@capi-relay/contract";
import { ownAccounts } from "../access/own.ts";
import { type CheckPorts, checkConversion } from "../check/check-conversion.ts";
import type { RouteRegistry } from "../route-schemas.ts";

export function checkConversionRoute(app: RouteRegistry, ports: CheckPorts): void {
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
    handler: ({ principal, body }) =>
      checkConversion(body, { ...ports, accounts: ownAccounts(principal, ports.accounts) }),
  });
}
