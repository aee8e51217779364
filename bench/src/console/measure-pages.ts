import type mongoose from "mongoose";
import { median, percentile } from "../median.ts";
import type { Overheard } from "./overheard.ts";
import type { Page } from "./pages.ts";
import { plansOf, type QueryPlan } from "./query-plan.ts";
import type { Visit, Visitor } from "./visitor.ts";

/** No page may take longer, at the median. Milliseconds. */
export const LIMIT_MS = 300;

export interface PageFigure {
  readonly what: string;
  readonly p50Ms: number;
  readonly p95Ms: number;
  /** Processor time of one visit, in the dashboard and in MongoDB: what other work on the machine disturbs least. */
  readonly cpuMs: { readonly dashboard: number; readonly mongo: number };
  readonly plans: readonly QueryPlan[];
  /** Why it does not pass; null if it does. */
  readonly fault: string | null;
}

export interface Looking {
  /** Somebody at the dashboard that is timed. */
  readonly visitor: Visitor;
  /** Somebody at another one, whose queries are overheard. */
  readonly overheardVisitor: Visitor;
  readonly overheard: Overheard;
  readonly db: mongoose.mongo.Db;
  /** Processor time so far. */
  cpuMs(): { readonly dashboard: number; readonly mongo: number };
}

/**
 * Opens one page again and again, one visit after the other, and asks MongoDB how it goes about each of its queries.
 */
export async function measurePage(page: Page, requests: number, on: Looking): Promise<PageFigure> {
  const { visitor, overheardVisitor, overheard, db, cpuMs } = on;
  overheard.commands.length = 0;
  await overheardVisitor.open(page);
  const plans = await plansOf(db, overheard.commands.splice(0));
  await visitor.open(page);
  const visits: Visit[] = [];
  const before = cpuMs();
  for (let request = 0; request < requests; request += 1) visits.push(await visitor.open(page));
  const after = cpuMs();
  const times = visits.map(({ ms }) => ms);
  const p50Ms = median(times);
  return {
    what: page.what,
    p50Ms,
    p95Ms: percentile(times, 0.95),
    cpuMs: {
      dashboard: (after.dashboard - before.dashboard) / requests,
      mongo: (after.mongo - before.mongo) / requests,
    },
    plans,
    fault: faultOf(p50Ms, visits, plans),
  };
}

function faultOf(p50Ms: number, visits: readonly Visit[], plans: readonly QueryPlan[]): string | null {
  const bad = visits.find(({ status }) => status >= 400);
  if (bad !== undefined) return `answered ${bad.status}`;
  const scanned = plans.find(({ scansCollection }) => scansCollection);
  if (scanned !== undefined) return `scans ${scanned.query}`;
  return p50Ms > LIMIT_MS ? `over ${LIMIT_MS} ms` : null;
}
