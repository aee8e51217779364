import { randomBytes } from "node:crypto";
import type { EventReason } from "@capi-relay/contract";
import { judgeGraphAnswer, type MetaEvent, toMetaRequest } from "@capi-relay/domain";
import type { GraphClient } from "./graph-client.ts";

export interface ProbeTarget {
  readonly wabaId: string;
  readonly datasetId: string;
  readonly accessToken: string;
  readonly partnerAgent: string | null;
  /** One that Meta takes here: names are checked before click ids. */
  readonly eventName: string;
}

export interface ProbeResult {
  /**
   * `wired`: Meta checked the made-up click and refused it, so token and dataset are right. `accepted`: Meta took it
   * without checking, so the token is right but the dataset is not the one linked to the ads. `refused`: a person has
   * to mend what `reason` says. `unclear`: Meta did not tell.
   */
  readonly verdict: "wired" | "accepted" | "refused" | "unclear";
  readonly reason: EventReason | null;
  readonly code: number | null;
  readonly subcode: number | null;
  readonly traceId: string | null;
}

/**
 * Sends one event with a click id that cannot exist, to learn whether token and dataset work without counting anything:
 * a wired dataset answers 2804087. Implementers report this as their connection test; Meta documents none.
 */
export async function probeDestination(
  graph: Pick<GraphClient, "postEvents">,
  { datasetId, accessToken, partnerAgent, wabaId, eventName }: ProbeTarget,
  now: Date,
): Promise<ProbeResult> {
  const id = randomBytes(12).toString("hex");
  const event: MetaEvent = {
    event_name: eventName,
    event_time: Math.floor(now.getTime() / 1_000) - 1,
    event_id: `capi-relay-probe-${id}`,
    action_source: "business_messaging",
    messaging_channel: "whatsapp",
    user_data: { whatsapp_business_account_id: wabaId, ctwa_clid: `ARA-capi-relay-probe-${id}` },
    ...(eventName === "Purchase" ? { custom_data: { currency: "USD", value: 0.01 } } : {}),
  };
  const answer = await graph.postEvents({
    datasetId,
    accessToken,
    body: toMetaRequest([event], { testCode: null, partnerAgent }),
  });
  const verdict = judgeGraphAnswer(answer, 1);
  const facts =
    answer.kind === "refused"
      ? { code: answer.error.code, subcode: answer.error.subcode, traceId: answer.error.traceId }
      : { code: null, subcode: null, traceId: answer.kind === "counted" ? answer.traceId : null };
  switch (verdict.kind) {
    case "delivered":
    case "counted_none":
    case "counted_partly":
      return { verdict: "accepted", reason: null, ...facts };
    case "pause":
      return { verdict: "refused", reason: verdict.reason, ...facts };
    case "reject":
      return verdict.reason === "meta_click_unknown"
        ? { verdict: "wired", reason: null, ...facts }
        : { verdict: "refused", reason: verdict.reason, ...facts };
    default:
      return { verdict: "unclear", reason: null, ...facts };
  }
}
