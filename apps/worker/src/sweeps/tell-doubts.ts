import type { RollupReader } from "@capi-relay/insight";
import type { AlertBell } from "../alert-bell.ts";

export interface TellDoubtsPorts {
  readonly figures: Pick<RollupReader, "accountsInDoubt">;
  readonly bell: Pick<AlertBell, "ring">;
}

/** Rings for each account of whose events somebody has to say what became of them. Returns how many are news. */
export async function tellDoubts({ figures, bell }: TellDoubtsPorts): Promise<number> {
  let told = 0;
  for (const accountId of await figures.accountsInDoubt())
    if (await bell.ring({ kind: "outcome_unknown", accountId, detail: "" })) told += 1;
  return told;
}
