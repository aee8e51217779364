import { ConversionList, ConversionListQuery } from "@capi-relay/contract";
import { type ListPorts, listConversions } from "../list/list-conversions.ts";
import type { RouteRegistry } from "../route-schemas.ts";

export function listConversionsRoute(app: RouteRegistry, ports: ListPorts): void {
  app.route({
    method: "GET",
    url: "/v1/whatsapp/conversions",
    schema: {
      operationId: "listConversions",
      tags: ["Conversions"],
      summary: "List conversions, newest first",
      description:
        "Conversions that come in while you page through the list lose or repeat none of those that were there before.",
      querystring: ConversionListQuery,
      response: { 200: ConversionList },
      errors: ["invalid_value", "unknown_field", "account_not_found", "cursor_invalid", "list_too_wide"],
    },
    config: { scope: "read" },
    handler: ({ principal, query }) => listConversions(query, principal.accountIds, ports),
  });
}
