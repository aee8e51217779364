import { AccountChange, AccountCreation } from "@capi-relay/contract";
import type { AccountStore, CachedAccounts } from "@capi-relay/storage";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { accountView } from "../account-view.ts";
import { ApiProblem, parseInput } from "../api-problem.ts";

export interface AccountPorts {
  readonly accountStore: Pick<AccountStore, "create" | "find" | "list" | "change">;
  readonly cachedAccounts: Pick<CachedAccounts, "forget">;
  readonly now: () => Date;
}

/** Of any length the router lets through: an id that cannot exist is not found, like every other unknown one. */
const AccountPath = z.object({ id: z.string() });

export function accountRoutes(app: FastifyInstance, { accountStore, cachedAccounts, now }: AccountPorts): void {
  app.get("/v1/accounts", async () => ({ accounts: (await accountStore.list()).map(accountView) }));

  app.post("/v1/accounts", async (request, reply) => {
    const created = await accountStore.create(parseInput(AccountCreation, request.body), now());
    if (created.kind === "id_taken") throw new ApiProblem("account_id_taken", undefined, "id");
    if (created.kind === "waba_taken") throw new ApiProblem("waba_taken", undefined, "wabaId");
    cachedAccounts.forget(created.account.id);
    return reply.code(201).send(accountView(created.account));
  });

  app.get("/v1/accounts/:id", async (request) => {
    const account = await accountStore.find(AccountPath.parse(request.params).id);
    if (account === null) throw new ApiProblem("account_not_found", undefined, "id");
    return accountView(account);
  });

  app.patch("/v1/accounts/:id", async (request) => {
    const { id } = AccountPath.parse(request.params);
    const change = parseInput(AccountChange, request.body);
    // A creation is asked this by its schema; a change does not hold the WABA id.
    if (change.datasetId !== undefined && change.datasetId === (await accountStore.find(id))?.wabaId) {
      throw new ApiProblem("invalid_value", "datasetId is the WABA id; the dataset has an id of its own.", "datasetId");
    }
    const account = await accountStore.change(id, change, now());
    if (account === null) throw new ApiProblem("account_not_found", undefined, "id");
    cachedAccounts.forget(id);
    return accountView(account);
  });
}
