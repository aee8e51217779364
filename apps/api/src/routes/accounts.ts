import { AccountChange, AccountCreation, explainReason } from "@capi-relay/contract";
import type { ProbeResult } from "@capi-relay/meta";
import type { Account, AccountStore, AuditEntry, AuditLog, CachedAccounts } from "@capi-relay/storage";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { accountView } from "../account-view.ts";
import { ApiProblem, parseInput } from "../api-problem.ts";
import { resumeIfMended, type TryPorts, tryAccount } from "../try-account.ts";

export interface AccountPorts extends TryPorts {
  readonly accountStore: TryPorts["accountStore"] &
    Pick<AccountStore, "create" | "find" | "list" | "change" | "pauseByOperator" | "resume">;
  readonly audit: Pick<AuditLog, "append">;
  readonly cachedAccounts: Pick<CachedAccounts, "forget">;
  readonly now: () => Date;
}

/** Of any length the router lets through: an id that cannot exist is not found, like every other unknown one. */
const AccountPath = z.object({ id: z.string() });

export function accountRoutes(app: FastifyInstance, ports: AccountPorts): void {
  const { accountStore, cachedAccounts, audit, now } = ports;
  const existing = (account: Account | null): Account => {
    if (account === null) throw new ApiProblem("account_not_found", undefined, "id");
    cachedAccounts.forget(account.id);
    return account;
  };
  const note = (action: AuditEntry["action"], subject: string, detail = "") =>
    audit.append({ at: now(), who: "admin key", action, subject, detail });

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
    const account = existing(await accountStore.change(id, change, now()));
    const mayBeMended = change.accessToken !== undefined || change.datasetId !== undefined;
    const after = mayBeMended ? await resumeIfMended(account, ports) : account;
    return accountView(existing(after));
  });

  app.post("/v1/accounts/:id/pause", async (request) => {
    const { id } = AccountPath.parse(request.params);
    const account = existing(await accountStore.pauseByOperator(id, now()));
    await note("account_paused", id);
    return accountView(account);
  });

  app.post("/v1/accounts/:id/resume", async (request) => {
    const { id } = AccountPath.parse(request.params);
    const account = existing(await accountStore.resume(id, now()));
    await note("account_resumed", id);
    return accountView(account);
  });

  app.post("/v1/accounts/:id/probe", async (request) => {
    const { id } = AccountPath.parse(request.params);
    const result = await tryAccount(existing(await accountStore.find(id)), ports);
    if (result === null) throw new ApiProblem("account_not_probed", undefined, "datasetId");
    await note("account_probed", id, result.verdict);
    return { ...result, explanation: explainProbe(result) };
  });
}

const PROBE_SENTENCES: Readonly<Record<ProbeResult["verdict"], string>> = {
  wired: "Token and dataset work: Meta checked the made-up click and refused it, as it should.",
  accepted: "The token works, but Meta took a made-up click: check that this dataset is the one linked to the WABA.",
  refused: "Meta refuses the account.",
  unclear: "Meta did not give a clear answer. Try again in a minute.",
};

function explainProbe({ verdict, reason }: ProbeResult): string {
  return reason === null ? PROBE_SENTENCES[verdict] : `${PROBE_SENTENCES[verdict]} ${explainReason(reason)}`;
}
