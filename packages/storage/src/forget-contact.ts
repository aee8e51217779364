import type { ConversationRow } from "./conversation-row.ts";
import { asConstants } from "./left-ending.ts";

/** What the key of a contact begins with that is forgotten: no message finds it any more. */
const FORGOTTEN = "erased:";
export const IS_FORGOTTEN = new RegExp(`^${FORGOTTEN}`);

export function isForgotten({ contactKey }: Pick<ConversationRow, "contactKey">): boolean {
  return IS_FORGOTTEN.test(contactKey);
}

/** What an erasure has to know of a contact, as MongoDB has it at that very moment. */
const WHO_IT_IS = {
  bsuidKey: "$bsuidKey",
  phoneKey: "$phoneKey",
  formerPhones: { $ifNull: ["$formerPhones", []] },
  clicks: "$clicks",
} as const;

/** The update that forgets whose a conversation is, and keeps that apart until their events are erased. */
export function forgetting(id: string, now: Date): object[] {
  return [
    { $set: { forgotten: { $concatArrays: [{ $ifNull: ["$forgotten", []] }, [WHO_IT_IS]] } } },
    {
      $set: asConstants({
        contactKey: `${FORGOTTEN}${id}`,
        bsuidKey: null,
        phoneKey: null,
        clicks: [],
        clickStoredAt: null,
        updatedAt: now,
      }),
    },
    { $unset: ["formerPhones", "phoneSaidAt"] },
  ];
}
