import type { EventReason } from "@capi-relay/contract";
import type { GraphAnswer } from "./graph-answer.ts";
import type { GraphVerdict, PauseReason } from "./graph-verdict.ts";

type Refusal = Extract<GraphAnswer, { kind: "refused" }>;
type Decide = (refusal: Refusal) => GraphVerdict;

const throttle: Decide = ({ waitMs }) => ({ kind: "throttle", waitMs });
const retryUnavailable: Decide = ({ waitMs }) => ({ kind: "retry", reason: "meta_unavailable", capped: false, waitMs });
/** Sometimes a hidden misconfiguration for ever, hence the cap. */
const retryUnknown: Decide = ({ waitMs }) => ({ kind: "retry", reason: "meta_unknown_error", capped: true, waitMs });
const pause =
  (reason: PauseReason): Decide =>
  () => ({ kind: "pause", reason });
const reject =
  (reason: EventReason): Decide =>
  () => ({ kind: "reject", reason, switchesNameOff: false });

/** Subcodes that mean the same under every code. Only those whose verdict is not the code's own. */
const BY_SUBCODE: ReadonlyMap<number, Decide> = new Map([
  // Rate limits. Source: Meta, "Marketing API Rate Limiting".
  ...[1487742, 1504022, 1504039, 2446079, 5044001].map((subcode) => [subcode, throttle] as const),
  // Refusals of events, all under code 100. Meta lists them nowhere; seen live, except where a comment says otherwise.
  // Known to exist and to be permanent; their meaning is not known.
  ...[2804001, 2804007, 2804017, 2804048].map((subcode) => [subcode, reject("meta_invalid_parameter")] as const),
  [2804003, () => ({ kind: "expire" })],
  [2804004, reject("meta_event_time_in_future")],
  [2804008, reject("meta_contents_invalid")],
  [2804009, reject("meta_value_missing")],
  [2804010, reject("meta_currency_missing")],
  [2804011, reject("meta_currency_unsupported")],
  [2804016, reject("meta_custom_data_invalid")],
  [2804019, reject("meta_parameter_missing")],
  // Lead ads and app events: not ours, so a surprise if they come.
  [2804036, reject("meta_invalid_parameter")],
  [2804043, reject("meta_invalid_parameter")],
  [2804050, reject("meta_user_data_insufficient")],
  [2804063, reject("meta_channel_missing")],
  [2804064, reject("meta_forbidden_user_data")],
  [2804066, () => ({ kind: "reject", reason: "meta_invalid_event_type", switchesNameOff: true })],
  [2804069, reject("meta_identity_missing")],
  [2804071, () => ({ kind: "skip" })],
  [2804072, reject("meta_page_mismatch")],
  // Instagram ids that a WhatsApp event never carries: the channel went out wrong.
  [2804075, reject("meta_parameter_missing")],
  [2804079, reject("meta_parameter_missing")],
  [2804081, reject("meta_currency_missing")],
  // Refused on every recent event of an account it means the wrong dataset; only the caller sees them all.
  [2804087, reject("meta_click_unknown")],
  [2804116, reject("meta_identity_missing")],
  ...[2804118, 2804131, 2804132, 2804133].map((subcode) => [subcode, pause("meta_dataset_not_linked")] as const),
]);

const BY_CODE: ReadonlyMap<number, Decide> = new Map([
  [1, retryUnknown],
  [5000, retryUnknown],
  [2, retryUnavailable],
  [3, pause("meta_permission_missing")],
  [10, pause("meta_permission_missing")],
  // Sources: Meta, "Rate Limits" and "Handling Errors".
  ...[4, 17, 32, 341, 613].map((code) => [code, throttle] as const),
  [100, judgeInvalidParameter],
  // An incorrect signature (104) comes from the token or from the app secret that signs it.
  ...[102, 104, 190].map((code) => [code, pause("meta_token_invalid")] as const),
  [368, pause("meta_policy_block")],
  [803, pause("meta_dataset_not_accessible")],
  [2500, pause("meta_request_path_unknown")],
]);

/**
 * Code 100 with a subcode the table above does not know. Three cases:
 *
 * - 33: the dataset does not exist, or the token may not use it.
 * - No subcode: paused, not rejected. Every refusal of an event's content that was ever reported carries a subcode, and
 *   the two reported refusals without one ("Missing Permission", a missing appsecret_proof) are the destination's.
 *   Their texts would tell, but are localised. A wrong pause holds events until a person looks; a wrong rejection ends
 *   all of them.
 * - Any other: rejected. It names something in the event that we cannot yet name.
 */
function judgeInvalidParameter({ error }: Refusal): GraphVerdict {
  if (error.subcode === 33) return { kind: "pause", reason: "meta_dataset_not_accessible" };
  if (error.subcode === null) return { kind: "pause", reason: "meta_permission_missing" };
  return { kind: "reject", reason: "meta_invalid_parameter", switchesNameOff: false };
}

function decisionForCode(code: number): Decide | undefined {
  // Internal errors of Meta. Source: Meta, "Error Codes".
  if (code < 0) return retryUnknown;
  // One code per permission. Source: Meta, "Handling Errors".
  if (code >= 200 && code <= 299) return pause("meta_permission_missing");
  // Limits per business use case. Meta lists most codes of this range; the others are taken for their kin.
  if (code >= 80000 && code <= 80014) return throttle;
  return BY_CODE.get(code);
}

/** A code nobody has described: the HTTP class says whose fault it is; without one it is retried, but not for ever. */
function decisionForStatus(httpStatus: number): Decide {
  if (httpStatus >= 500) return retryUnavailable;
  if (httpStatus >= 400) return reject("meta_invalid_parameter");
  return retryUnknown;
}

/**
 * Most specific first: the transient flag, the subcode, the code, the HTTP class. Never the texts: Meta localises them.
 * HTTP 429 is a throttle whatever the envelope says.
 */
function judgeRefusal(refusal: Refusal): GraphVerdict {
  const { error, httpStatus } = refusal;
  const bySubcode = error.subcode === null ? undefined : BY_SUBCODE.get(error.subcode);
  const decide = bySubcode ?? decisionForCode(error.code) ?? decisionForStatus(httpStatus);
  if (httpStatus === 429) return throttle(refusal);
  if (error.isTransient) return decide === throttle ? throttle(refusal) : retryUnavailable(refusal);
  return decide(refusal);
}

/**
 * What one answer means for the `sent` events of its request (at least 1). Total: every answer has a verdict, and one
 * that Meta calls transient never ends an event.
 */
export function judgeGraphAnswer(answer: GraphAnswer, sent: number): GraphVerdict {
  switch (answer.kind) {
    case "counted":
      if (answer.eventsReceived === sent) return { kind: "delivered" };
      return answer.eventsReceived === 0 ? { kind: "counted_none" } : { kind: "counted_partly" };
    case "refused":
      return judgeRefusal(answer);
    case "throttled":
      return { kind: "throttle", waitMs: answer.waitMs };
    case "not_sent":
      return { kind: "retry", reason: "connection_failed", capped: false, waitMs: null };
    case "unclear":
      return { kind: "ambiguous", cause: answer.cause };
  }
}
