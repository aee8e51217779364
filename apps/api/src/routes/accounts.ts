import type { TryPorts } from "@capi-relay/case-work";
import { AccountChange, AccountCreation, AccountList, AccountView } from "@capi-relay/contract";
import type { RestingEvents } from "@capi-relay/dispatch";
import type { Account, AccountStore, CachedAccounts } from "@capi-relay/storage";
import { type AuditPorts, auditTrail } from "../access/audit-trail.ts";
import { ownAccounts } from "../access/own.ts";
import { accountView } from "../account-view.ts";
import { ApiProblem } from "../api-problem.ts";
import { changeAccount } from "../change-account.ts";
import { foundAccount } from "../found-account.ts";
import { IdPath } from "../id-path.ts";
import type { RouteRegistry } from "../route-schemas.ts";

export interface AccountPorts extends TryPorts, AuditPorts {
  readonly accountStore: TryPorts["accountStore"] & Pick<AccountStore, "create" | "find" | "list" | "change">;
  readonly cachedAccounts: Pick<CachedAccounts, "forget">;
  readonly resting: Pick<RestingEvents, "releaseAccount">;
  readonly now: () => Date;
}

const AccountPath = IdPath("The account's.");

export function accountRoutes(app: RouteRegistry, ports: AccountPorts): void {
  const { accountStore, cachedAccounts, now } = ports;
  const existing = (account: Account | null): Account => foundAccount(account, cachedAccounts);
  const note = auditTrail(ports);

  app.route({
    method: "GET",
    url: "/v1/accounts",
    schema: {
      operationId: "listAccounts",
      tags: ["Accounts"],
      summary: "List the accounts the key may use",
      response: { 200: AccountList },
    },
    config: { scope: "read" },
    handler: async ({ principal }) => {
      const accounts = (await accountStore.list()).filter(({ id }) => principal.mayUse(id));
      return { accounts: accounts.map((account) => accountView(account, now())) };
    },
  });

  app.route({
    method: "POST",
    url: "/v1/accounts",
    schema: {
      operationId: "createAccount",
      tags: ["Accounts"],
      summary: "Create an account",
      body: AccountCreation,
      response: { 201: AccountView },
      errors: ["key_bound_to_accounts", "account_id_taken", "waba_taken"],
    },
    config: { scope: "admin" },
    handler: async ({ principal, body }, reply) => {
      if (principal.accountIds !== null) throw new ApiProblem("key_bound_to_accounts");
      const created = await accountStore.create(body, now());
      if (created.kind === "id_taken") throw new ApiProblem("account_id_taken", undefined, "id");
      if (created.kind === "waba_taken") throw new ApiProblem("waba_taken", undefined, "wabaId");
      cachedAccounts.forget(created.account.id);
      await note(principal, "account_created", created.account.id);
      return reply.code(201).send(accountView(created.account, now()));
    },
  });

  app.route({
    method: "GET",
    url: "/v1/accounts/:id",
    schema: {
      operationId: "getAccount",
      tags: ["Accounts"],
      summary: "Show an account",
      params: AccountPath,
      response: { 200: AccountView },
      errors: ["account_not_found"],
    },
    config: { scope: "read" },
    handler: async ({ principal, params }) => {
      const account = await ownAccounts(principal, accountStore).find(params.id);
      if (account === null) throw new ApiProblem("account_not_found", undefined, "id");
      return accountView(account, now());
    },
  });

  app.route({
    method: "PATCH",
    url: "/v1/accounts/:id",
    schema: {
      operationId: "changeAccount",
      tags: ["Accounts"],
      summary: "Change an account",
      description:
        "A new token or dataset resumes what a refusal of Meta's had paused, if Meta takes it, and held events go out within seconds. Whether Meta does is in `lastProbe` of the answer.",
      params: AccountPath,
      body: AccountChange,
      response: { 200: AccountView },
      errors: ["account_not_found", "token_unreadable"],
    },
    config: { scope: "admin" },
    handler: async ({ principal, params: { id }, body: change }) => {
      const account = existing(await ownAccounts(principal, accountStore).find(id));
      const noteChange = () => note(principal, "account_changed", id, Object.keys(change).join(", "));
      const changed = await changeAccount(account, change, { ...ports, noteChange });
      return accountView(changed, now());
    },
  });
}
