import type { SeenStory } from "./follow-events.ts";
import type { Mismatch } from "./mismatch.ts";
import { type Ending, identityOf, type PlannedConversion } from "./planned-conversion.ts";

/** How each event that was taken in stands at the end, against how it should. */
export function judgeEndings(
  endings: readonly { readonly planned: PlannedConversion; readonly story: SeenStory | undefined }[],
): Mismatch[] {
  return endings.flatMap(({ planned, story }) => {
    // Taken in although it should not have been: the answers tell that already.
    if (planned.foretold.answer !== "accepted") return [];
    const { ending } = planned.foretold;
    const foretold = spellEnding(ending.status, ending.reason, ending.matchedBy);
    const eventId = identityOf(planned);
    if (story === undefined) return [{ eventId, foretold, got: "its story could not be read" }];
    // Only where the scenario says which click: an ending without one may still tell which it looked at.
    const matchedBy = ending.matchedBy === undefined ? undefined : story.click?.matchedBy;
    const got = spellEnding(story.status, story.reason, matchedBy);
    if (got !== foretold) return [{ eventId, foretold, got }];
    return wasRetried(ending, story) ? [] : [{ eventId, foretold: "tried more than once", got: "tried once" }];
  });
}

function spellEnding(status: string, reason: string | null, matchedBy: string | undefined): string {
  return [reason === null ? status : `${status}/${reason}`, ...(matchedBy ? [`by ${matchedBy}`] : [])].join(" ");
}

const wasRetried = ({ afterRetries }: Ending, { attempts }: SeenStory) => !afterRetries || attempts.length > 1;
