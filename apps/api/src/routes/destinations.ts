import { explainProbe, letHeldGo, type TryPorts, tryAccount } from "@capi-relay/case-work";
import { AccountView, EmptyRequest, ProbeReport } from "@capi-relay/contract";
import type { RestingEvents } from "@capi-relay/dispatch";
import type { Account, AccountStore, CachedAccounts } from "@capi-relay/storage";
import { type AuditPorts, auditTrail } from "../access/audit-trail.ts";
import { ownAccounts } from "../access/own.ts";
import type { Principal } from "../access/principal.ts";
import { accountView } from "../account-view.ts";
import { ApiProblem } from "../api-problem.ts";
import { foundAccount } from "../found-account.ts";
import { IdPath } from "../id-path.ts";
import { tokenUnreadable } from "../readable-token.ts";
import type { RouteRegistry } from "../route-schemas.ts";

export interface DestinationPorts extends TryPorts, AuditPorts {
  readonly accountStore: TryPorts["accountStore"] & Pick<AccountStore, "find" | "pauseByOperator" | "resume">;
  readonly cachedAccounts: Pick<CachedAccounts, "forget">;
  readonly resting: Pick<RestingEvents, "releaseAccount">;
  /** Events go to a sandbox and not to Meta itself. */
  readonly making: { readonly sandbox: boolean };
  readonly now: () => Date;
}

const AccountPath = IdPath("The account's.");

/** What an operator does about an account as a destination: hold its events, let them go, try it out. */
export function destinationRoutes(app: RouteRegistry, ports: DestinationPorts): void {
  const { accountStore, cachedAccounts, now } = ports;
  const existing = (account: Account | null): Account => foundAccount(account, cachedAccounts);
  /** Before anything is done to it: what is not the caller's is not there. */
  const own = async (principal: Principal, id: string): Promise<Account> =>
    existing(await ownAccounts(principal, accountStore).find(id));
  const note = auditTrail(ports);

  app.route({
    method: "POST",
    url: "/v1/accounts/:id/pause",
    schema: {
      operationId: "pauseAccount",
      tags: ["Accounts"],
      summary: "Hold an account's events",
      params: AccountPath,
      body: EmptyRequest.optional(),
      response: { 200: AccountView },
      errors: ["account_not_found"],
    },
    config: { scope: "operate" },
    handler: async ({ principal, params: { id } }) => {
      await own(principal, id);
      const account = existing(await accountStore.pauseByOperator(id, now()));
      await note(principal, "account_paused", id);
      return accountView(account, now());
    },
  });

  app.route({
    method: "POST",
    url: "/v1/accounts/:id/resume",
    schema: {
      operationId: "resumeAccount",
      tags: ["Accounts"],
      summary: "Let an account's events go",
      params: AccountPath,
      body: EmptyRequest.optional(),
      response: { 200: AccountView },
      errors: ["account_not_found"],
    },
    config: { scope: "operate" },
    handler: async ({ principal, params: { id } }) => {
      await own(principal, id);
      const account = existing(await accountStore.resume(id, now()));
      await note(principal, "account_resumed", id);
      await letHeldGo(account, ports);
      return accountView(account, now());
    },
  });

  app.route({
    method: "POST",
    url: "/v1/accounts/:id/probe",
    schema: {
      operationId: "probeAccount",
      tags: ["Accounts"],
      summary: "Try an account's token and dataset out",
      description: "Sends Meta one event with a made-up click, which counts nothing.",
      params: AccountPath,
      body: EmptyRequest.optional(),
      response: { 200: ProbeReport },
      errors: ["account_not_found", "account_not_probed", "token_unreadable"],
    },
    config: { scope: "operate" },
    handler: async ({ principal, params: { id } }) => {
      const result = await tryAccount(await own(principal, id), ports);
      if (result === "no_dataset") throw new ApiProblem("account_not_probed", undefined, "datasetId");
      if (result === "token_unreadable") throw tokenUnreadable();
      await note(principal, "account_probed", id, result.verdict);
      return { ...result, explanation: explainProbe(result, ports.making) };
    },
  });
}
