import { randomInt, randomUUID } from "node:crypto";
import type { AccountCreation } from "@capi-relay/contract";
import type { Account } from "../src/index.ts";

/** The token of every account made here: a canary to look for where it must not be. */
export const TOKEN = "EAAB-canary-token-0123456789";

/** What a request for a new account looks like once it is parsed; its ids are its own. */
export function anAccountCreation(changes: Partial<AccountCreation> = {}): AccountCreation {
  return {
    id: `acct-${randomUUID()}`,
    name: "Shop",
    wabaId: String(randomInt(1e11, 9e11)),
    phoneNumberIds: [],
    datasetId: "1234567890",
    accessToken: TOKEN,
    allowedEventNames: ["LeadSubmitted", "Purchase"],
    eventNameAliases: {},
    unknownOutcome: "resend",
    outsideClickWindow: "skip",
    waitForClickHours: 48,
    automaticEvents: "ignore",
    ...changes,
  };
}

/** An active account that never saw a database. */
export function anAccount(changes: Partial<Account> = {}): Account {
  const { accessToken: _token, partnerAgent: _agent, ...settings } = anAccountCreation();
  const now = new Date();
  return {
    ...settings,
    id: "acct42",
    datasetId: "1234567890",
    partnerAgent: null,
    sealedToken: "sealed",
    tokenVersion: 1,
    tokenUpdatedAt: now,
    state: "active",
    pausedReason: null,
    pausedAt: null,
    throttledUntil: null,
    unclearSince: null,
    sluggishUntil: null,
    switchedOffEventNames: [],
    lastProbe: null,
    createdAt: now,
    updatedAt: now,
    ...changes,
  };
}
