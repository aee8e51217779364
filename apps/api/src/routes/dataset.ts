import { letHeldGo, resumeIfMended, type TryPorts } from "@capi-relay/case-work";
import { DatasetCreation, DatasetQuery, DatasetView } from "@capi-relay/contract";
import type { RestingEvents } from "@capi-relay/dispatch";
import type { Account, AccountStore, CachedAccounts } from "@capi-relay/storage";
import { type AuditPorts, auditTrail } from "../access/audit-trail.ts";
import { ownAccounts } from "../access/own.ts";
import type { Principal } from "../access/principal.ts";
import { ApiProblem } from "../api-problem.ts";
import { type DatasetPorts, findDataset, linkDataset } from "../link-dataset.ts";
import type { ProblemCode } from "../problems.ts";
import type { RouteRegistry } from "../route-schemas.ts";

export interface DatasetRoutePorts
  extends Omit<DatasetPorts, "accountStore" | "graph">,
    Omit<TryPorts, "graph">,
    AuditPorts {
  readonly accountStore: DatasetPorts["accountStore"] & TryPorts["accountStore"] & Pick<AccountStore, "find">;
  readonly graph: DatasetPorts["graph"] & TryPorts["graph"];
  readonly cachedAccounts: Pick<CachedAccounts, "forget">;
  readonly resting: Pick<RestingEvents, "releaseAccount">;
}

/** Two questions to Meta, or the wait for somebody else's, and what has to be stored. */
const CREATION_TIMEOUT_MS = 15_000;

const META_PROBLEMS = ["meta_refused", "meta_unclear", "meta_away", "meta_throttled"] as const satisfies ProblemCode[];

export function datasetRoutes(app: RouteRegistry, ports: DatasetRoutePorts): void {
  const own = async (principal: Principal, id: string): Promise<Account> => {
    const account = await ownAccounts(principal, ports.accountStore).find(id);
    if (account === null) throw new ApiProblem("account_not_found", undefined, "accountId");
    return account;
  };
  const note = auditTrail(ports);

  app.route({
    method: "GET",
    url: "/v1/whatsapp/dataset",
    schema: {
      operationId: "findDataset",
      tags: ["Accounts"],
      summary: "Show an account's dataset",
      description: "Asks Meta when the account has none, and changes nothing.",
      querystring: DatasetQuery,
      response: { 200: DatasetView },
      errors: [
        "missing_field",
        "invalid_value",
        "unknown_field",
        "account_not_found",
        "token_unreadable",
        ...META_PROBLEMS,
      ],
    },
    config: { scope: "read" },
    handler: async ({ principal, query: { accountId } }) => ({
      datasetId: await findDataset(await own(principal, accountId), ports),
      created: false,
    }),
  });

  app.route({
    method: "POST",
    url: "/v1/whatsapp/dataset",
    handlerTimeout: CREATION_TIMEOUT_MS,
    schema: {
      operationId: "createDataset",
      tags: ["Accounts"],
      summary: "Give an account its dataset",
      description:
        "The one it has, else the one Meta has, else a new one, created at Meta once however often this is called. Events held for want of a dataset then go out by themselves.",
      body: DatasetCreation,
      response: { 200: DatasetView },
      errors: ["account_not_found", "token_unreadable", ...META_PROBLEMS, "dataset_under_way"],
    },
    config: { scope: "admin" },
    handler: async ({ principal, body: { accountId, datasetName } }) => {
      const before = await own(principal, accountId);
      const linked = await linkDataset(before, datasetName ?? null, ports);
      if (before.datasetId === null) {
        await resumeIfMended(await own(principal, accountId), ports);
        ports.cachedAccounts.forget(accountId);
        await note(principal, "dataset_linked", accountId, linked.created ? "created" : "found");
        await letHeldGo(await own(principal, accountId), ports);
      }
      return linked;
    },
  });
}
