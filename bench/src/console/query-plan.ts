import type mongoose from "mongoose";
import type { Command } from "./overheard.ts";

/** How MongoDB went about one query of a page. */
export interface QueryPlan {
  /** The collection and what was asked of it. */
  readonly query: string;
  /** How it is read, innermost first: `IXSCAN listed`. */
  readonly stages: string;
  readonly scansCollection: boolean;
  readonly keys: number;
  readonly docs: number;
  readonly returned: number;
  readonly ms: number;
}

const QUERIES = ["find", "aggregate", "count", "distinct"] as const;

/** The queries among the commands, each shape once, with how MongoDB goes about it. */
export async function plansOf(db: mongoose.mongo.Db, commands: readonly Command[]): Promise<QueryPlan[]> {
  const plans = new Map<string, QueryPlan>();
  for (const command of commands) {
    const kind = QUERIES.find((name) => name in command);
    if (kind === undefined) continue;
    // However long it takes: a plan that is too slow is what is looked for.
    const { lsid: _lsid, $db: _db, $clusterTime: _time, maxTimeMS: _limit, ...asked } = command;
    const explained = await db.command({ explain: asked, verbosity: "executionStats" });
    const plan = planOf(`${asked[kind]} ${kind}`, explained);
    const { ms: _ms, ...shape } = plan;
    plans.set(JSON.stringify(shape), plan);
  }
  return [...plans.values()];
}

interface Stage {
  readonly stage?: string;
  readonly indexName?: string;
  readonly inputStage?: Stage;
  readonly inputStages?: readonly Stage[];
}

function planOf(query: string, explained: mongoose.mongo.Document): QueryPlan {
  // An aggregation that begins with a query shows it as its first stage.
  const [first] = (explained["stages"] ?? []) as mongoose.mongo.Document[];
  const { queryPlanner, executionStats } = first?.["$cursor"] ?? explained;
  const stages = stagesIn(queryPlanner.winningPlan.queryPlan ?? queryPlanner.winningPlan);
  return {
    query,
    stages: stages
      .map(({ stage = "", indexName }) => (indexName === undefined ? stage : `${stage} ${indexName}`))
      .join(" > "),
    scansCollection: stages.some(({ stage }) => stage === "COLLSCAN"),
    keys: executionStats.totalKeysExamined,
    docs: executionStats.totalDocsExamined,
    returned: executionStats.nReturned,
    ms: executionStats.executionTimeMillis,
  };
}

/** Innermost first. */
function stagesIn(stage: Stage): Stage[] {
  const [inner] = stage.inputStages ?? (stage.inputStage === undefined ? [] : [stage.inputStage]);
  return [...(inner === undefined ? [] : stagesIn(inner)), stage];
}
