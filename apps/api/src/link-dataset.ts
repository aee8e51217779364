import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { GraphClient } from "@capi-relay/meta";
import type { Account, AccountStore, LeaseStore } from "@capi-relay/storage";
import { ApiProblem } from "./api-problem.ts";
import { graphProblem } from "./graph-problem.ts";
import { readableToken } from "./readable-token.ts";

export interface DatasetPorts {
  readonly accountStore: Pick<AccountStore, "find" | "readToken" | "linkDataset">;
  readonly leases: Pick<LeaseStore, "take" | "release">;
  readonly graph: Pick<GraphClient, "findDataset" | "createDataset">;
  readonly now: () => Date;
}

export interface LinkedDataset {
  readonly datasetId: string;
  /** This very call created it at Meta. */
  readonly created: boolean;
}

/** Longer than the two questions to Meta may take together. */
const LEASE_MS = 15_000;
const PATIENCE_MS = 10_000;
const LOOK_AGAIN_AFTER_MS = 200;

/** The dataset Meta has for the account, without changing anything; null when there is none. */
export async function findDataset(account: Account, { accountStore, graph }: DatasetPorts): Promise<string | null> {
  if (account.datasetId !== null) return account.datasetId;
  const answer = await graph.findDataset({ wabaId: account.wabaId, accessToken: readableToken(account, accountStore) });
  if (answer.kind === "none") return null;
  if (answer.kind === "found") return answer.datasetId;
  throw graphProblem(answer);
}

/**
 * Gives the account its dataset: the one it has, else the one Meta has, else a new one. One caller at a time asks Meta,
 * all processes together; the others wait for what it finds.
 */
export async function linkDataset(
  account: Account,
  datasetName: string | null,
  ports: DatasetPorts,
): Promise<LinkedDataset> {
  if (account.datasetId !== null) return { datasetId: account.datasetId, created: false };
  const duty = `dataset:${account.id}`;
  const holder = randomUUID();
  const giveUpAt = ports.now().getTime() + PATIENCE_MS;
  while (!(await ports.leases.take(duty, holder, LEASE_MS))) {
    if (ports.now().getTime() > giveUpAt) throw new ApiProblem("dataset_under_way");
    await sleep(LOOK_AGAIN_AFTER_MS);
  }
  try {
    const current = (await ports.accountStore.find(account.id)) ?? account;
    if (current.datasetId !== null) return { datasetId: current.datasetId, created: false };
    return await askMeta(current, datasetName, ports);
  } finally {
    await ports.leases.release(duty, holder);
  }
}

async function askMeta(
  account: Account,
  datasetName: string | null,
  { accountStore, graph, now }: DatasetPorts,
): Promise<LinkedDataset> {
  const question = { wabaId: account.wabaId, accessToken: readableToken(account, accountStore) };
  const known = await graph.findDataset(question);
  // Meta's reference calls this question unsupported while its guide uses it, so a refusal of it proves nothing.
  const mayCreate = known.kind === "none" || known.kind === "refused";
  const answer = mayCreate ? await graph.createDataset(question, datasetName) : known;
  if (answer.kind === "none") throw new ApiProblem("meta_unclear");
  if (answer.kind !== "found") throw graphProblem(answer);
  const linked = await accountStore.linkDataset(account.id, answer.datasetId, now());
  if (linked !== null) return { datasetId: answer.datasetId, created: mayCreate };
  // Somebody set one by hand meanwhile: theirs stands.
  const stored = (await accountStore.find(account.id))?.datasetId ?? answer.datasetId;
  return { datasetId: stored, created: mayCreate && stored === answer.datasetId };
}
