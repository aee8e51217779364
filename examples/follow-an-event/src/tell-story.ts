import type { Attempt, ConversionStory } from "@capi-relay/sdk";
import { wrapped } from "./wrapped.ts";

/** What the event is and until when it may be sent: the head of its story. */
export function tellHead({
  eventName,
  eventId,
  value,
  currency,
  id,
  accountId,
  expiresAt,
  sandbox,
}: ConversionStory): string {
  const worth = value === null ? "" : `, ${value.toFixed(2)} ${currency ?? ""}`.trimEnd();
  return [
    ...wrapped(`${eventName} ${eventId}${worth}`, ""),
    ...wrapped(`of ${accountId}, as ${id}${sandbox ? ", to the sandbox" : ""}`, "  "),
    ...wrapped(`sent no later than ${expiresAt.slice(0, 16).replace("T", " ")} UTC`, "  "),
    "",
  ].join("\n");
}

/** What is new since `before`: the click once it is chosen, each try, and where the event stands now. */
export function tellChange(story: ConversionStory, before: ConversionStory | null, now: Date): string {
  const lines: string[] = [];
  if (story.click !== null && before?.click == null) lines.push(...wrapped(tellClick(story.click), "  "));
  for (const attempt of story.attempts.slice(before?.attempts.length ?? 0))
    lines.push(...wrapped(tellAttempt(attempt), "  "));
  if (story.status !== before?.status || story.reason !== before.reason) {
    const head = `${(story.endedAt ?? now.toISOString()).slice(11, 19)}  ${story.status}`;
    lines.push(story.reason === null ? head : `${head}, ${story.reason}`);
    lines.push(...wrapped(story.explanation, " ".repeat(10)));
    if (story.dueAt !== null && story.status === "retry_scheduled")
      lines.push(`${" ".repeat(10)}next at ${story.dueAt.slice(11, 19)} UTC`);
  }
  return lines.join("\n");
}

const MATCHED_BY = {
  conversation_id: "found by its conversation",
  bsuid: "found by the WhatsApp user id",
  phone: "found by the phone number",
  phone_variant: "found by another way to write the phone number",
  request: "brought by the request",
};

function tellClick({ clickedAt, adId, matchedBy }: NonNullable<ConversionStory["click"]>): string {
  const when = clickedAt === null ? "" : ` of ${clickedAt.slice(0, 16).replace("T", " ")} UTC`;
  const ad = adId === null ? "" : ` on ad ${adId}`;
  return `credited to a click${when}${ad}, ${MATCHED_BY[matchedBy]}`;
}

function tellAttempt({
  number,
  batchSize,
  httpStatus,
  code,
  subcode,
  traceId,
  durationMs,
  mayHaveArrived,
}: Attempt): string {
  const company = batchSize > 1 ? ` with ${batchSize - 1} others` : "";
  const answer = httpStatus === null ? "no answer" : `HTTP ${httpStatus}`;
  const meta = code === null ? "" : ` (${subcode === null ? code : `${code}/${subcode}`})`;
  const doubt = mayHaveArrived ? "; it may have arrived" : "";
  return `try ${number}${company}: ${answer}${meta} after ${durationMs} ms${doubt}${traceId === null ? "" : `, trace ${traceId}`}`;
}
