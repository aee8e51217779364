import type { AddressInfo } from "node:net";
import type { BrowserContextOptions } from "playwright-core";
import { aConsole, anAttempt } from "../../dashboard/test/a-console.ts";
import { PASSWORD, workOff } from "../../dashboard/test/a-dashboard.ts";
import { aVisitor, typeLogin, type Visitor } from "../src/a-visitor.ts";

/**
 * A console in this process over stores of its own, served at an address: to show any state without living through it.
 */
export async function aServedConsole() {
  const served = await aConsole({ sandbox: true });
  await served.app.listen({ host: "127.0.0.1", port: 0 });
  const { port } = served.app.server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  return {
    ...served,
    url,
    /** An operator (ana) or a viewer (vic) who has just logged in. */
    async loggedIn(options: BrowserContextOptions = {}, name: "ana" | "vic" = "ana"): Promise<Visitor> {
      const visitor = await aVisitor(options);
      await visitor.page.goto(`${url}/login`);
      await typeLogin(visitor.page, name, PASSWORD);
      await visitor.page.getByRole("heading", { name: "Overview" }).waitFor();
      return visitor;
    },
  };
}

/** The same with a paused account and events in every state that asks for somebody. */
export async function aBusyConsole() {
  const served = await aServedConsole();
  const { accounts, stored, audit, bulkRetries } = served;
  const account = await served.account({ name: "Casa Aurora" });
  await accounts.pause(account, "meta_token_invalid", new Date());
  await accounts.switchOffName(account.id, account.datasetId ?? "", "LeadSubmitted");
  const accountId = account.id;
  const rejected = await stored({
    accountId,
    status: "rejected",
    reason: "meta_click_unknown",
    endedAt: new Date(),
    attempts: [anAttempt()],
  });
  const unknown = await stored({ accountId, status: "outcome_unknown", reason: "no_clear_answer" });
  const held = await stored({ accountId, status: "held", reason: "meta_token_invalid" });
  await served.queue.add(await stored({ accountId }), "fast");
  await audit.append({ at: new Date(), who: "ana", action: "account_paused", subject: accountId, detail: "" });
  const ordered = () =>
    bulkRetries.start({ filter: REJECTED, planned: 3, perSecond: 10, startedBy: "ana" }, new Date());
  const running = await ordered();
  const finished = await ordered();
  const position = { acceptedAt: rejected.acceptedAt, id: rejected.id };
  await bulkRetries.advance(finished, { position, requeued: 2, refused: { already_delivered: 1 } });
  await bulkRetries.finish(finished.id, "finished", new Date());
  const decision = await served.bulkDecisions.start(
    { filter: DOUBTS, as: "resend", doubtedBefore: new Date(), planned: 3, perSecond: 10, startedBy: "ana" },
    new Date(),
  );
  await served.count();
  const base = `/destinations/${accountId}`;
  return {
    ...served,
    account,
    rejected,
    unknown,
    held,
    running,
    /** A job on the board whose event Meta refused. */
    async aFailedJob(): Promise<void> {
      await served.queue.add(rejected, "fast");
      await workOff(served.queue, "fast", { kind: "failed", status: "rejected", reason: "meta_click_unknown" });
    },
    /** Every page there is, in every shape it takes. */
    pages: [
      "/",
      "/?period=30d",
      "/events",
      "/events?status=rejected",
      "/events?name=Nothing",
      "/events?from=yesterday",
      "/at-risk",
      "/?period=99d",
      "/?from=2026-11-01&to=2026-11-02",
      "/events?status=rejected&ended_from=2026-11-01T08:00&tests=out",
      "/?account=nobody",
      `/events/${rejected.id}`,
      `/events/${rejected.id}/retry`,
      `/events/${held.id}`,
      `/events/${held.id}/cancel`,
      `/events/${unknown.id}/resolve`,
      "/bulk-retry",
      "/bulk-retry/plan?status=rejected",
      `/bulk-retry/${running.id}`,
      `/bulk-retry/${finished.id}`,
      "/bulk-decision",
      "/bulk-decision/plan",
      `/bulk-decision/confirm?as=resend&before=${new Date().toISOString()}`,
      `/bulk-decision/${decision.id}`,
      "/destinations",
      `${base}/pause`,
      `${base}/resume`,
      `${base}/names/LeadSubmitted`,
      "/audit",
      "/nowhere",
    ],
  };
}

const REJECTED = {
  accountId: null,
  statuses: ["rejected"],
  reason: null,
  eventName: null,
  acceptedFrom: null,
  acceptedTo: null,
  sparesPossiblyArrived: true,
} as const;

const DOUBTS = {
  accountId: null,
  reason: null,
  eventName: null,
  acceptedFrom: null,
  acceptedTo: null,
  sentAt: null,
  withoutTests: true,
} as const;
