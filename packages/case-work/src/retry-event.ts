import type { ConversionChanges } from "@capi-relay/contract";
import type { Decisions, Redriven } from "@capi-relay/dispatch";
import type { ContactKeyer } from "@capi-relay/domain";
import type { Account, LedgerEvent } from "@capi-relay/storage";
import { correctEvent, type RefusedCorrection } from "./correct-event.ts";

export interface RetryPorts {
  readonly accounts: { find(id: string): Promise<Account | null> };
  readonly decisions: Pick<Decisions, "redrive">;
  readonly lookupKeys: ContactKeyer;
  /** Told once the event goes again. Of a correction it hears which fields, never what they hold. */
  readonly note: (action: "event_retried" | "event_corrected", detail: string) => Promise<void>;
}

export interface RetryWish {
  /** What to correct first; null to send the event as it is. */
  readonly changes: ConversionChanges | null;
  /** Also an event of which a try may have arrived, as it is: what Meta may hold is never corrected. */
  readonly evenIfArrived: boolean;
}

/** How a retry came out. */
export type Retried =
  | Redriven
  /** What its account sends, and so what could be corrected, nobody knows any more. */
  | { readonly kind: "account_gone" }
  | { readonly kind: "correction_refused"; readonly refused: RefusedCorrection };

/** Sends an event again because a person, or a program in their name, wants it, and corrects it first if they say how. */
export async function retryEvent(
  event: LedgerEvent,
  { changes, evenIfArrived }: RetryWish,
  { accounts, decisions, lookupKeys, note }: RetryPorts,
): Promise<Retried> {
  if (changes === null) {
    const redriven = await decisions.redrive(event.id, { evenIfArrived });
    if (redriven.kind === "requeued") await note("event_retried", "");
    return redriven;
  }
  const account = await accounts.find(event.accountId);
  if (account === null) return { kind: "account_gone" };
  const judged = correctEvent(event, changes, account, lookupKeys);
  if (judged.kind === "refused") return { kind: "correction_refused", refused: judged };
  const redriven = await decisions.redrive(event.id, { correction: judged.correction });
  if (redriven.kind === "requeued") await note("event_corrected", Object.keys(changes).join(", "));
  return redriven;
}
