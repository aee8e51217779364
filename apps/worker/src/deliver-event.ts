import type { EventReason } from "@capi-relay/contract";
import {
  type ChosenClick,
  type ClickChoice,
  type DeliveryOutcome,
  isOpened,
  judgeDestination,
  judgeStanding,
  judgeUnopened,
  judgeUnusableClick,
  type Opened,
} from "@capi-relay/domain";
import type { Lane } from "@capi-relay/queue";
import type { Account, EventRef, LedgerEvent } from "@capi-relay/storage";
import type { Fate, Refusal } from "./fate.ts";

/** What became of one turn: an outcome, or the reason why this job had nothing to do. */
export type Turn =
  | { readonly kind: "ended"; readonly outcome: DeliveryOutcome }
  /** Not now, or not by this worker. */
  | { readonly kind: "early"; readonly dueAt: Date }
  /** The event's life went on without this job: cancelled, redriven, or in another worker's hands. */
  | { readonly kind: "stale" }
  /** It would hold others up where it is; its job goes on in the slow lane. */
  | { readonly kind: "crowded"; readonly event: LedgerEvent };

/** What the story needs from the world. */
export interface DeliveryPorts {
  readonly ledger: {
    find(id: string): Promise<LedgerEvent | null>;
    /** Ends the turn without sending: recorded unless the event's life moved on meanwhile. */
    settle(
      event: LedgerEvent,
      account: Account | null,
      outcome: DeliveryOutcome,
      click: ChosenClick | null,
    ): Promise<void>;
  };
  readonly accounts: { find(id: string): Promise<Account | null> };
  readonly destinations: {
    canOpenToken(account: Account): boolean;
    /** Stops the account until a person resumes it. */
    pause(account: Account, reason: EventReason): Promise<void>;
  };
  readonly clicks: { choose(event: LedgerEvent, account: Account): Promise<ClickChoice> };
  /** Calls an event back that has just gone to wait. */
  readonly wake: (event: LedgerEvent) => Promise<void>;
  /** Claims, sends and records, many events of a destination at a time. */
  readonly departures: {
    /** Why an event need not even look for its click now; null if it may come. */
    refusalOf(account: Account, lane: Lane): Refusal | null;
    send(event: Opened<LedgerEvent>, account: Account, click: ChosenClick, lane: Lane): Promise<Fate>;
  };
  readonly now: () => Date;
  /** When to come back to a destination that another event is trying out. */
  readonly afterProbing: (event: LedgerEvent) => Date;
}

/** One turn of one event, from its job to its outcome. */
export async function deliverEvent(ref: EventRef, lane: Lane, ports: DeliveryPorts): Promise<Turn> {
  const event = await ports.ledger.find(ref.id);
  const standing = judgeStanding(event, ref.generation, ports.now());
  if (event === null || standing.kind === "stale") return { kind: "stale" };
  if (standing.kind === "early") return standing;

  const account = await ports.accounts.find(event.accountId);
  const endWith = async (outcome: DeliveryOutcome, click: ChosenClick | null = null): Promise<Turn> => {
    await ports.ledger.settle(event, account, outcome, click);
    return { kind: "ended", outcome };
  };
  if (standing.kind === "over") return endWith(standing.outcome);

  const obstacle = judgeDestination(account, event, ports.now());
  if (account === null || obstacle !== null) return endWith(obstacle ?? { status: "held", reason: "dataset_unknown" });

  // Before anything is claimed, and so that somebody hears of it: no event of the account can leave.
  if (!ports.destinations.canOpenToken(account)) {
    await ports.destinations.pause(account, "encryption_key_missing");
    return endWith({ status: "held", reason: "encryption_key_missing" });
  }
  // Never without what its caller said of the customer, as if there had been nothing.
  if (!isOpened(event)) return endWith(judgeUnopened(event, ports.now()));

  const refusal = ports.departures.refusalOf(account, lane);
  if (refusal !== null) return stayAway(event, refusal, ports, endWith);

  const choice = await ports.clicks.choose(event, account);
  if (choice.kind !== "chosen") {
    const outcome = judgeUnusableClick(choice, event, account.waitForClickHours, ports.now());
    const turn = await endWith(outcome, "click" in choice ? choice.click : null);
    if (outcome.status === "waiting_click") await lookOnceMore(event, account, ports);
    return turn;
  }
  const fate = await ports.departures.send(event, account, choice.click, lane);
  return fate.kind === "ended" || fate.kind === "stale" ? fate : stayAway(event, fate, ports, endWith);
}

/** The event does not leave now, through no fault of its own: it spends no attempt. */
async function stayAway(
  event: LedgerEvent,
  refusal: Refusal,
  ports: DeliveryPorts,
  endWith: (outcome: DeliveryOutcome) => Promise<Turn>,
): Promise<Turn> {
  switch (refusal.kind) {
    case "crowded":
      return { kind: "crowded", event };
    case "outdated":
    case "dismissed":
      return { kind: "early", dueAt: ports.now() };
    case "turned_away":
      return endWith({ status: "retry_scheduled", reason: "destination_probing", dueAt: ports.afterProbing(event) });
  }
}

/**
 * A click that was stored between the first look and the write found nobody waiting yet, so nobody would wake the
 * event.
 */
async function lookOnceMore(event: LedgerEvent, account: Account, ports: DeliveryPorts): Promise<void> {
  const secondLook = await ports.clicks.choose(event, account);
  if (secondLook.kind !== "none") await ports.wake(event);
}
