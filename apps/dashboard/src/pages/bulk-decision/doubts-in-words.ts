import type { BulkDecisionFilter } from "@capi-relay/storage";
import type { AccountNames } from "../../account-names.ts";
import { timeInWords } from "../events/time-text.ts";

/** Which events in doubt, as a part of a sentence: in doubt, of Casa Aurora, for worker interrupted. */
export function doubtsInWords(filter: BulkDecisionFilter, accounts: AccountNames): string {
  const { accountId, reason, eventName, acceptedFrom, acceptedTo, sentAt, withoutTests } = filter;
  const words = [
    "in doubt",
    ...(eventName === null ? [] : [`named ${eventName}`]),
    accountId === null ? "of all accounts" : `of ${accounts.get(accountId) ?? accountId}`,
    ...(reason === null ? [] : [`for ${reason.replaceAll("_", " ")}`]),
    ...timeInWords("accepted", acceptedFrom, acceptedTo),
    ...(sentAt === null ? [] : [`sent at ${sentAt.toISOString().slice(0, 19).replace("T", " ")} UTC`]),
    ...(withoutTests ? ["without tests"] : []),
  ];
  return words.join(" ");
}
