import { mustCall, type Stack } from "@capi-relay/local-stack";
import { SHOPS } from "./shops.ts";

/** From now on Meta is unwell for two of the shops, until `endTroubles`. */
export async function beginTroubles({ sandboxUrl, secrets }: Stack): Promise<void> {
  const order = (fault: object) =>
    mustCall("POST", `${sandboxUrl}/admin/faults`, secrets.SANDBOX_ADMIN_TOKEN, { times: "always", ...fault });
  await order({ kind: "error_500", datasetId: SHOPS.stormy.datasetId });
  // Without a time of Meta's own (0), the worker's own pause applies, which the demo scales down.
  await order({ kind: "throttle_80004", datasetId: SHOPS.busy.datasetId, retryAfterS: 0 });
}

export async function endTroubles({ sandboxUrl, secrets }: Stack): Promise<void> {
  await mustCall("DELETE", `${sandboxUrl}/admin/faults`, secrets.SANDBOX_ADMIN_TOKEN);
}
