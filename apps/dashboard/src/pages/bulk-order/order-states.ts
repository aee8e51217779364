import type { BulkOrderRow } from "@capi-relay/storage";

export const STATE_NAMES: Readonly<Record<BulkOrderRow["state"], string>> = {
  running: "Running",
  stopping: "Stopping",
  stopped: "Stopped",
  finished: "Finished",
};

export function isUnderway({ state }: Pick<BulkOrderRow, "state">): boolean {
  return state === "running" || state === "stopping";
}
