import type { MongoConnection } from "@capi-relay/storage";
import type mongoose from "mongoose";
import { cpuMsOf } from "../stand/process-usage.ts";
import { fillBoard } from "./board-jobs.ts";
import { type Surroundings, startDashboard } from "./console-stack.ts";
import { measurePage, type PageFigure } from "./measure-pages.ts";
import { Overheard } from "./overheard.ts";
import { pagesOf } from "./pages.ts";
import type { QueryPlan } from "./query-plan.ts";

const EXPORTED_FOR_MS = 20_000;
const PREFIX = "console";

export interface ConsoleMeasuring {
  readonly around: Surroundings;
  readonly mongo: MongoConnection;
  readonly db: mongoose.mongo.Db;
  cpuMs(): { readonly mongo: number };
  readonly requests: number;
  /** Only pages whose name holds this. */
  readonly only: string;
  say(line: string): void;
}

/** Times every page, one line each with the plans of its queries below. Returns what does not pass. */
export async function measureConsole({
  around,
  mongo,
  db,
  cpuMs,
  requests,
  only,
  say,
}: ConsoleMeasuring): Promise<PageFigure[]> {
  const board = await fillBoard(around.redisUrl, PREFIX);
  const pages = (await pagesOf(mongo, board)).filter(({ what }) => what.includes(only));
  const overheard = await Overheard.listen(around.mongoUri);
  const timed = await startDashboard(around, PREFIX);
  const told = await startDashboard({ ...around, mongoUri: overheard.uri }, PREFIX);
  const faults: PageFigure[] = [];
  say("milliseconds: median, 95th percentile, processor time of the dashboard, of MongoDB; below, each query's plan");
  try {
    const on = {
      visitor: timed.visitor,
      overheardVisitor: told.visitor,
      overheard,
      db,
      cpuMs: () => ({ dashboard: cpuMsOf(timed.app.pid), mongo: cpuMs().mongo }),
    };
    for (const page of pages) {
      const figure = await measurePage(page, requests, on);
      say(lineOf(figure));
      for (const plan of figure.plans) say(planLineOf(plan));
      if (figure.fault !== null) faults.push(figure);
    }
    const { firstByteMs, linesPerSecond } = await timed.visitor.download("/events.csv", EXPORTED_FOR_MS);
    say(`CSV export of all: first byte after ${firstByteMs.toFixed(0)} ms, ${linesPerSecond.toFixed(0)} rows a second`);
  } finally {
    await timed.app.stop();
    await told.app.stop();
    overheard.close();
  }
  return faults;
}

function lineOf({ what, p50Ms, p95Ms, cpuMs, fault }: PageFigure): string {
  const parts = [p50Ms, p95Ms, cpuMs.dashboard, cpuMs.mongo];
  const times = `${parts.map((ms) => ms.toFixed(0).padStart(7)).join("")} ms`;
  return `${what.padEnd(46)}${times}${fault === null ? "" : `  ${fault.toUpperCase()}`}`;
}

function planLineOf({ query, stages, keys, docs, returned, ms }: QueryPlan): string {
  return `    ${query}: ${stages}; ${keys} keys, ${docs} documents, ${returned} returned, ${ms} ms`;
}
