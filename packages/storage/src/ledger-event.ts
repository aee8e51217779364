import { type ConversionEvent, type HashedPersonalData, isOpened } from "@capi-relay/domain";
import { SealedValueError } from "@capi-relay/vault";
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
  if (!isOpened(event)) throw new Error("What nobody could open cannot be sealed again.");
  const { id, personal, ...rest } = event;
  const isEmpty = Object.keys(personal).length === 0;
  return {
    _id: id,
    ...rest,
    retained: true,
    ...(isEmpty ? {} : { personal: vault.seal(JSON.stringify(personal), event.accountId) }),
  };
}

/** A row as it is handed out. */
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
  return { id: _id, ...rest, personal: personal === undefined ? {} : openPersonal(personal, row.accountId, vault) };
}

/** Most who read an event want to know how it stands, and must be told that also once a key is lost. */
function openPersonal(sealed: string, accountId: string, vault: PersonalDataSeal): HashedPersonalData | null {
  try {
    return JSON.parse(vault.open(sealed, accountId));
  } catch (error) {
    if (error instanceof SealedValueError) return null;
    throw error;
  }
}

/** A projection for whoever need not know who somebody is. */
export const WITHOUT_PERSONAL_DATA = { personal: 0 } as const;
