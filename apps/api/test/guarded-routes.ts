import { randomUUID } from "node:crypto";
import type { ApiKeyScope } from "@capi-relay/contract";
import { expect } from "vitest";
import { aConversion, CANARIES } from "./an-api.ts";

export type Things = Readonly<Record<"account" | "event" | "conversation" | "key", string>>;
export interface Entry {
  readonly scope: ApiKeyScope;
  /** The request about these things: somebody else's, or ones that do not exist. */
  readonly about: (things: Things) => { readonly url?: string; readonly body?: object };
  /** What it is answered, whichever of the two they are: a status with a code, or what the answer must hold. */
  readonly answer: readonly [number, string] | ((body: Record<string, unknown>) => void);
}

export const CONVERSIONS = "/v1/whatsapp/conversions";
const CONVERSATIONS = "/v1/whatsapp/conversations";
const NO_ACCOUNT = [404, "account_not_found"] as const;
const NO_EVENT = [404, "conversion_not_found"] as const;
const NO_CONVERSATION = [404, "conversation_not_found"] as const;
const NO_KEY = [404, "api_key_not_found"] as const;
export const someClick = (accountId: string) => ({
  accountId,
  ctwaClid: randomUUID(),
  clickedAt: 1_790_000_000,
  bsuid: "BR.1",
});

/** Every route that needs a key. Whoever adds one says here what it does for a key that must not use it. */
export const GUARDED: Readonly<Record<string, Entry>> = {
  [`POST ${CONVERSIONS}`]: {
    scope: "send",
    about: ({ account }) => ({ body: aConversion(account) }),
    answer: NO_ACCOUNT,
  },
  [`POST ${CONVERSIONS}/batch`]: {
    scope: "send",
    about: ({ account }) => ({ body: { events: [aConversion(account, { eventId: "b1" })] } }),
    answer: ({ results }) =>
      expect(results).toEqual([
        expect.objectContaining({ eventId: "b1", error: expect.objectContaining({ code: "account_not_found" }) }),
      ]),
  },
  [`POST ${CONVERSIONS}/check`]: {
    scope: "send",
    about: ({ account }) => ({ body: aConversion(account) }),
    answer: ({ problems, duplicate, destination }) =>
      expect([problems, duplicate, destination]).toEqual([
        [expect.objectContaining({ code: "account_not_found" })],
        null,
        null,
      ]),
  },
  [`GET ${CONVERSIONS}`]: {
    scope: "read",
    about: ({ account }) => ({ url: `${CONVERSIONS}?accountId=${account}` }),
    answer: NO_ACCOUNT,
  },
  [`GET ${CONVERSIONS}/:id`]: {
    scope: "read",
    about: ({ event }) => ({ url: `${CONVERSIONS}/${event}` }),
    answer: NO_EVENT,
  },
  [`POST ${CONVERSIONS}/:id/retry`]: {
    scope: "operate",
    about: ({ event }) => ({ url: `${CONVERSIONS}/${event}/retry` }),
    answer: NO_EVENT,
  },
  [`POST ${CONVERSIONS}/:id/cancel`]: {
    scope: "operate",
    about: ({ event }) => ({ url: `${CONVERSIONS}/${event}/cancel` }),
    answer: NO_EVENT,
  },
  [`POST ${CONVERSIONS}/:id/resolve`]: {
    scope: "operate",
    about: ({ event }) => ({ url: `${CONVERSIONS}/${event}/resolve`, body: { as: "resend" } }),
    answer: NO_EVENT,
  },
  "POST /v1/whatsapp/clicks": {
    scope: "send",
    about: ({ account }) => ({ body: someClick(account) }),
    answer: NO_ACCOUNT,
  },
  [`POST ${CONVERSATIONS}/lookup`]: {
    scope: "read",
    about: ({ account }) => ({ body: { accountId: account, bsuid: CANARIES.bsuid } }),
    answer: NO_ACCOUNT,
  },
  [`GET ${CONVERSATIONS}/:id`]: {
    scope: "read",
    about: ({ conversation }) => ({ url: `${CONVERSATIONS}/${conversation}` }),
    answer: NO_CONVERSATION,
  },
  [`DELETE ${CONVERSATIONS}/:id`]: {
    scope: "admin",
    about: ({ conversation }) => ({ url: `${CONVERSATIONS}/${conversation}` }),
    answer: NO_CONVERSATION,
  },
  "GET /v1/accounts": {
    scope: "read",
    about: () => ({}),
    answer: ({ accounts }) => expect(accounts).toEqual([expect.objectContaining({ id: "own-shop" })]),
  },
  "POST /v1/accounts": {
    scope: "admin",
    about: ({ account }) => ({ body: { id: account, name: "Shop", wabaId: "424242424", accessToken: CANARIES.token } }),
    answer: [403, "key_bound_to_accounts"],
  },
  "GET /v1/accounts/:id": {
    scope: "read",
    about: ({ account }) => ({ url: `/v1/accounts/${account}` }),
    answer: NO_ACCOUNT,
  },
  "PATCH /v1/accounts/:id": {
    scope: "admin",
    about: ({ account }) => ({ url: `/v1/accounts/${account}`, body: { name: "Mine" } }),
    answer: NO_ACCOUNT,
  },
  "POST /v1/accounts/:id/pause": {
    scope: "operate",
    about: ({ account }) => ({ url: `/v1/accounts/${account}/pause` }),
    answer: NO_ACCOUNT,
  },
  "POST /v1/accounts/:id/resume": {
    scope: "operate",
    about: ({ account }) => ({ url: `/v1/accounts/${account}/resume` }),
    answer: NO_ACCOUNT,
  },
  "POST /v1/accounts/:id/probe": {
    scope: "operate",
    about: ({ account }) => ({ url: `/v1/accounts/${account}/probe` }),
    answer: NO_ACCOUNT,
  },
  "GET /v1/whatsapp/dataset": {
    scope: "read",
    about: ({ account }) => ({ url: `/v1/whatsapp/dataset?accountId=${account}` }),
    answer: NO_ACCOUNT,
  },
  "POST /v1/whatsapp/dataset": {
    scope: "admin",
    about: ({ account }) => ({ body: { accountId: account } }),
    answer: NO_ACCOUNT,
  },
  "POST /v1/api-keys": {
    scope: "admin",
    about: ({ account }) => ({ body: { name: "k", scopes: ["send"], accountIds: ["own-shop", account] } }),
    answer: NO_ACCOUNT,
  },
  "GET /v1/api-keys": {
    scope: "admin",
    about: () => ({}),
    answer: ({ apiKeys }) => {
      const bound = (apiKeys as { accountIds: unknown }[]).map(({ accountIds }) => accountIds);
      expect(bound).toEqual(bound.map(() => ["own-shop"]));
      expect(bound.length).toBeGreaterThan(0);
    },
  },
  "DELETE /v1/api-keys/:id": { scope: "admin", about: ({ key }) => ({ url: `/v1/api-keys/${key}` }), answer: NO_KEY },
  "POST /v1/api-keys/:id/rotate": {
    scope: "admin",
    about: ({ key }) => ({ url: `/v1/api-keys/${key}/rotate` }),
    answer: NO_KEY,
  },
};

/** Routes that everybody may use, which is meant. */
export const PUBLIC = [
  "GET /v1/webhooks/whatsapp",
  "POST /v1/webhooks/whatsapp",
  "GET /health/live",
  "GET /health/ready",
  "GET /docs/errors",
  "GET /openapi.json",
];
