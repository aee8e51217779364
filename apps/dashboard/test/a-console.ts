import { Decisions, Dispatcher, RestingEvents } from "@capi-relay/dispatch";
import {
  exportEvents,
  findAtRisk,
  findEvents,
  planBulkDecision,
  planBulkRetry,
  RollupBuilder,
  RollupReader,
  readDestinations,
  readOverview,
  readTroubles,
  StandingCount,
  whatBecameOfResent,
  whatBecameOfRetried,
} from "@capi-relay/insight";
import {
  AccountStore,
  AlertStore,
  AuditLog,
  BulkDecisionStore,
  BulkRetryStore,
  ClickCaptureStore,
  DeadlineList,
  EventLedger,
  EventList,
  EventLives,
  EventSearch,
  type LedgerEvent,
  RefusalStore,
} from "@capi-relay/storage";
import { anAccountCreation } from "@capi-relay/storage/builders";
import { LookupKeys } from "@capi-relay/vault";
import { expect } from "vitest";
import type { DashboardPorts } from "../src/app.ts";
import { aDashboard, aDatabase, anEvent, HOST, OURS, sessionOf } from "./a-dashboard.ts";

export const HOUR_MS = 3_600_000;
/** Nobody's number, and a canary: no page may show it. */
export const PHONE = "5511987654321";
/** What Meta answers to a made-up click when token and dataset are right. */
const WIRED: DashboardPorts["graph"] = {
  postEvents: async () => ({
    kind: "refused",
    httpStatus: 400,
    error: { code: 100, subcode: 2_804_087, isTransient: false, traceId: "probe-trace", title: null, message: null },
    waitMs: null,
  }),
};

/** The console over real stores, and what fills them. */
export async function aConsole(
  parts: Partial<DashboardPorts> = {},
  mongoOptions: Readonly<Record<string, string>> = {},
) {
  const { mongo, vault } = await aDatabase(mongoOptions);
  const now = () => new Date();
  const ledger = new EventLedger(mongo, vault);
  const accounts = new AccountStore(mongo, vault);
  const rollups = new RollupReader(mongo);
  const alerts = new AlertStore(mongo);
  const clickCaptures = new ClickCaptureStore(mongo);
  const audit = new AuditLog(mongo);
  const list = new EventList(mongo);
  const deadlines = new DeadlineList(mongo);
  const search = new EventSearch(mongo);
  const bulkRetries = new BulkRetryStore(mongo);
  const bulkDecisions = new BulkDecisionStore(mongo);
  const lookupKeys = new LookupKeys(Buffer.alloc(32, 7));
  const refusals = new RefusalStore(mongo);
  const figures = { rollups, refusals, clickCaptures, alerts };
  const phoneKeyOf = (digits: string) => lookupKeys.phone(digits);
  const holder: { resting?: RestingEvents; decisions?: Decisions } = {};
  const decisions = () => holder.decisions ?? expect.fail("decisions are asked for too early");
  const resting = () => holder.resting ?? expect.fail("resting events are asked for too early");
  const dashboard = await aDashboard({
    readOverview: (scope, period) => readOverview(figures, scope, period, now()),
    readDestinations: () => readDestinations({ accounts, rollups }, now()),
    readTroubles: (destinations, period) => readTroubles({ mongo, ...figures }, destinations, period, now()),
    findEvents: async (text, filter, after, limit) =>
      findEvents({ list, search, accounts: await accounts.list(), phoneKeyOf }, text, filter, after, limit),
    findAtRisk: (what, after, limit) => findAtRisk(deadlines, what, after, limit, now()),
    exportEvents: (filter) => exportEvents(list, filter),
    planBulkRetry: (filter) => planBulkRetry(mongo, filter, now()),
    bulkRetries,
    whatBecameOfRetried: (orderId) => whatBecameOfRetried(mongo, audit, orderId),
    planBulkDecision: (what) => planBulkDecision(mongo, what, now()),
    bulkDecisions,
    whatBecameOfResent: (decisionId) => whatBecameOfResent(mongo, audit, decisionId),
    accounts,
    ledger,
    audit,
    lookupKeys,
    graph: WIRED,
    decisions: {
      redrive: (id, wish) => decisions().redrive(id, wish),
      cancel: (id, reason) => decisions().cancel(id, reason),
      resolve: (id, as) => decisions().resolve(id, as),
    },
    resting: { releaseAccount: (id) => resting().releaseAccount(id) },
    pingLedger: () => mongo.ping(),
    ...parts,
  });
  const { app, queue } = dashboard;
  const lives = new EventLives(mongo, vault);
  const dispatcher = new Dispatcher({ ledger, queue, accounts, onQueueAway: () => {}, now });
  holder.resting = new RestingEvents({ lives, dispatcher, now });
  holder.decisions = new Decisions({ ledger, lives, dispatcher, now });
  return {
    ...dashboard,
    mongo,
    ledger,
    accounts,
    audit,
    alerts,
    clickCaptures,
    bulkRetries,
    bulkDecisions,
    lookupKeys,
    /** What the API counted at the door. */
    refusals,
    async stored(changes: Partial<LedgerEvent> = {}): Promise<LedgerEvent> {
      const event = anEvent({ expiresAt: new Date(Date.now() + 100 * HOUR_MS), ...changes });
      await ledger.accept(event);
      return event;
    },
    async account(changes: Parameters<typeof anAccountCreation>[0] = {}) {
      const created = await accounts.create(anAccountCreation(changes), new Date());
      return created.kind === "created" ? created.account : expect.fail(created.kind);
    },
    /** Brings the figures up to date, as a worker does every 15 seconds. */
    async count(): Promise<void> {
      await new RollupBuilder(mongo, now).fold();
      await new StandingCount(mongo, now).take();
    },
    /** A person with a browser. */
    async as(name: "ana" | "vic") {
      const headers = { cookie: await sessionOf(app, name), host: HOST, accept: "text/html", ...OURS };
      return {
        open: (url: string, more: Record<string, string> = {}) =>
          app.inject({ url, headers: { ...headers, "accept-language": "en-GB", ...more } }),
        post: (url: string, fields: Record<string, string> = {}, more: Record<string, string> = {}) =>
          app.inject({
            method: "POST",
            url,
            headers: { ...headers, "content-type": "application/x-www-form-urlencoded", ...more },
            payload: new URLSearchParams(fields).toString(),
          }),
      };
    },
  };
}

/** An attempt that Meta refused. */
export function anAttempt(changes: Partial<LedgerEvent["attempts"][number]> = {}): LedgerEvent["attempts"][number] {
  return {
    number: 1,
    trigger: "scheduled",
    startedAt: new Date(),
    durationMs: 120,
    batchSize: 34,
    httpStatus: 400,
    code: 100,
    subcode: 2_804_087,
    traceId: "AbCdEf-trace-1",
    outcome: "rejected",
    reason: "meta_click_unknown",
    mayHaveArrived: false,
    spent: true,
    metaTitle: null,
    metaMessage: "words of Meta that stay in the ledger",
    ...changes,
  };
}

/** What a page says, without its tags. */
export function textOf(body: string): string {
  return body
    .replace(/<(script|style)[^>]*>.*?<\/\1>/gs, "")
    .replace(/<[^>]+>/g, " ")
    .replace(/&quot;/g, '"')
    .replace(/&lt;/g, "<")
    .replace(/&amp;/g, "&")
    .replace(/\s+/g, " ");
}
