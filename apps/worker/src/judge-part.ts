import {
  type Attempt,
  type DeliveryOutcome,
  type GraphAnswer,
  type GraphVerdict,
  judgeGraphAnswer,
  outcomeOf,
  outcomeOfNeighbour,
} from "@capi-relay/domain";
import { type PartResult, scrubMetaText } from "@capi-relay/meta";
import type { Account } from "@capi-relay/storage";
import type { Passenger } from "./waiting-rooms.ts";

export interface JudgedPart {
  readonly passenger: Passenger;
  readonly answer: GraphAnswer;
  readonly verdict: GraphVerdict;
  readonly outcome: DeliveryOutcome;
  readonly attempt: Attempt;
}

const MIN_CHOSEN_LENGTH = 4;

/** What Meta's answer to a request means for one event of it, and the attempt to remember it by. */
export function judgePart(
  { item: passenger, answer, sharedWith, startedAt, durationMs, innocentLeftover }: PartResult<Passenger>,
  { account, accessToken }: { readonly account: Pick<Account, "unknownOutcome">; readonly accessToken: string },
  now: Date,
  jitter: number,
  delayScale: number,
): JudgedPart {
  const { event, click } = passenger;
  const verdict = judgeGraphAnswer(answer, sharedWith);
  const { outcome, spent, mayHaveArrived } = innocentLeftover
    ? outcomeOfNeighbour(event, now, delayScale)
    : outcomeOf(verdict, event, account, now, jitter, delayScale);
  const secrets = secretsOf(event, click.ctwaClid, accessToken);
  const attempt: Attempt = {
    number: event.attempts.length + 1,
    trigger: event.nextTrigger,
    startedAt,
    durationMs,
    batchSize: sharedWith,
    ...answerFacts(answer, secrets),
    outcome: outcome.status,
    reason: outcome.reason,
    mayHaveArrived,
    spent,
  };
  return { passenger, answer, verdict, outcome, attempt };
}

/**
 * What a text of Meta's must not repeat. Of what somebody chose freely, a short one tells nothing and may be part of any
 * word.
 */
function secretsOf({ personal, details }: Passenger["event"], ctwaClid: string, accessToken: string): string[] {
  const { orderId, contentIds, contents } = details;
  const articles = [...(contentIds ?? []), ...(contents ?? []).map(({ id }) => id)];
  // An app's token is its id and its secret.
  const chosen = [...accessToken.split("|"), ...(orderId === null ? [] : [orderId]), ...articles];
  return [
    ctwaClid,
    accessToken,
    ...Object.values(personal).filter((value) => value !== undefined),
    ...chosen.filter(({ length }) => length >= MIN_CHOSEN_LENGTH),
  ];
}

type AnswerFacts = Pick<Attempt, "httpStatus" | "code" | "subcode" | "traceId" | "metaTitle" | "metaMessage">;

const NOTHING_KNOWN: AnswerFacts = {
  httpStatus: null,
  code: null,
  subcode: null,
  traceId: null,
  metaTitle: null,
  metaMessage: null,
};

function answerFacts(answer: GraphAnswer, secrets: string[]): AnswerFacts {
  switch (answer.kind) {
    case "counted":
      return { ...NOTHING_KNOWN, httpStatus: answer.httpStatus, traceId: answer.traceId };
    case "refused": {
      const { code, subcode, traceId, title, message } = answer.error;
      return {
        httpStatus: answer.httpStatus,
        code,
        subcode,
        traceId,
        metaTitle: title === null ? null : scrubMetaText(title, secrets),
        metaMessage: message === null ? null : scrubMetaText(message, secrets),
      };
    }
    case "throttled":
    case "unclear":
      return { ...NOTHING_KNOWN, httpStatus: answer.httpStatus };
    case "not_sent":
      return NOTHING_KNOWN;
  }
}
