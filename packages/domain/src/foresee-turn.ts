import type { ClickChoice } from "./choose-click.ts";
import type { ChosenClick } from "./chosen-click.ts";
import type { ConversionEvent } from "./conversion-event.ts";
import type { DeliveryOutcome } from "./delivery-outcome.ts";
import { type DestinationState, judgeDestination } from "./judge-destination.ts";
import { judgeUnusableClick } from "./judge-unusable-click.ts";

/** What the first turn of an event comes to. */
export type Foresight =
  /** It goes to Meta, credited to this click, and Meta decides. */
  | { readonly kind: "leaves"; readonly click: ChosenClick }
  /** It ends or rests without having been sent. */
  | { readonly kind: "stays"; readonly outcome: DeliveryOutcome };

/**
 * What the first turn of a new event, at the moment it is due, will come to if nothing changes until then: by the rules
 * the worker itself goes by. Whether a destination is being tried out, and so keeps others waiting for some seconds, is
 * not foreseen.
 */
export function foreseeTurn(
  event: Pick<ConversionEvent, "eventName" | "acceptedAt" | "dueAt" | "expiresAt" | "attempts" | "nextTrigger">,
  destination: DestinationState & { readonly waitForClickHours: number },
  choice: ClickChoice,
): Foresight {
  const obstacle = judgeDestination(destination, event, event.dueAt);
  if (obstacle !== null) return { kind: "stays", outcome: obstacle };
  if (choice.kind === "chosen") return { kind: "leaves", click: choice.click };
  return { kind: "stays", outcome: judgeUnusableClick(choice, event, destination.waitForClickHours, event.dueAt) };
}
