import type { ConversionEvent } from "@capi-relay/domain";
import type { EventRow } from "./event-row.ts";

/** What the ledger hands out: the event, and what only the ledger itself needs to know of it. */
export interface LedgerEvent extends ConversionEvent {
  readonly eventTimeGiven: boolean;
  readonly starts: number;
  readonly sample?: true;
}

/** How personal data travels into and out of a row. */
export interface PersonalDataSeal {
  seal(plaintext: string, context: string): string;
  open(sealed: string, context: string): string;
}

/** An event as it is stored: what is personal sealed for its account, and left out when there is none. */
export function rowOf(event: LedgerEvent, vault: PersonalDataSeal): EventRow {
  const { id, personal, ...rest } = event;
  const isEmpty = Object.keys(personal).length === 0;
  return {
    _id: id,
    ...rest,
    retained: true,
    ...(isEmpty ? {} : { personal: vault.seal(JSON.stringify(personal), event.accountId) }),
  };
}

/**
 * A row as it is handed out. Throws when no key opens its personal data, so whoever does without that must not read it.
 */
export function eventOf(row: EventRow, vault: PersonalDataSeal): LedgerEvent {
  const {
    _id,
    personal,
    claim: _claim,
    waitsFor: _waitsFor,
    recordedBy: _by,
    takenFrom: _from,
    retained: _retained,
    leftEndings: _leftEndings,
    ...rest
  } = row;
  return { id: _id, ...rest, personal: personal === undefined ? {} : JSON.parse(vault.open(personal, row.accountId)) };
}

/**
 * A projection for whoever need not know who somebody is: one row that no key opens any more must not stop the reading
 * of the others.
 */
export const WITHOUT_PERSONAL_DATA = { personal: 0 } as const;
