/** How an event can end. Only a person's redrive leads out of an ending. */
export const ENDINGS = ["delivered", "rejected", "failed", "skipped", "expired", "cancelled"] as const;
export type Ending = (typeof ENDINGS)[number];

/** Where an event stands: on its way, waiting for something (`waiting_click`, `held`, `outcome_unknown`), or ended. */
export type EventStatus =
  | "queued"
  | "waiting_click"
  | "held"
  | "sending"
  | "retry_scheduled"
  | "outcome_unknown"
  | Ending;

export function isEnding(status: EventStatus): status is Ending {
  return (ENDINGS as readonly EventStatus[]).includes(status);
}
