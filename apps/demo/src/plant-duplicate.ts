import { mustCall, type Stack } from "@capi-relay/local-stack";
import type { MetaSide } from "./read-meta.ts";

/** Sends Meta an event it already has, as a worker with a broken claim would. Only to show that the check notices. */
export async function plantDuplicate({ log }: MetaSide, { sandboxUrl, secrets }: Stack): Promise<void> {
  const [line] = log;
  if (line === undefined) throw new Error("Meta has no event yet that could be sent twice");
  await mustCall("POST", `${sandboxUrl}/v25.0/${line.datasetId}/events`, secrets.META_ACCESS_TOKEN, {
    data: [line.event],
    ...(line.testEventCode === null ? {} : { test_event_code: line.testEventCode }),
  });
}
