import type { ChosenClick, ClickChoice, DeliveryOutcome } from "@capi-relay/domain";
import { anAttempt } from "@capi-relay/domain/builders";
import type { Account, LedgerEvent } from "@capi-relay/storage";
import { aLedgerEvent, anAccount } from "@capi-relay/storage/builders";
import { describe, expect, test, vi } from "vitest";
import { type DeliveryPorts, deliverEvent } from "../src/deliver-event.ts";
import type { Fate, Refusal } from "../src/fate.ts";

const IN_A_MINUTE = new Date(Date.now() + 60_000);

const HOUR_MS = 3_600_000;
const CLICK: ChosenClick = {
  ctwaClid: "ARA-click",
  conversationId: "0123456789abcdef01234567",
  adId: null,
  clickedAt: new Date(),
  matchedBy: "bsuid",
};

interface World {
  readonly event?: LedgerEvent | null;
  readonly account?: Account | null;
  /** What each look for a click finds, in order; the last one repeats. */
  readonly looks?: readonly ClickChoice[];
  /** What becomes of it at the departures. */
  readonly fate?: Fate;
}

const DELIVERED: Fate = { kind: "ended", outcome: { status: "delivered", reason: null } };

function worldOf({
  event = aLedgerEvent(),
  account = anAccount(),
  looks = [{ kind: "chosen", click: CLICK }],
  fate = DELIVERED,
}: World) {
  const settled: { outcome: DeliveryOutcome; click: ChosenClick | null }[] = [];
  const remaining = [...looks];
  const ports = {
    ledger: {
      find: vi.fn(async () => event),
      settle: vi.fn(
        async (_event: LedgerEvent, _account: Account | null, outcome: DeliveryOutcome, click: ChosenClick | null) => {
          settled.push({ outcome, click });
        },
      ),
    },
    accounts: { find: vi.fn(async () => account) },
    clicks: {
      choose: vi.fn(async () => (remaining.length > 1 ? remaining.shift() : remaining[0]) ?? { kind: "none" as const }),
    },
    wake: vi.fn(async () => {}),
    destinations: { canOpenToken: vi.fn(() => true), pause: vi.fn(async () => {}) },
    departures: { refusalOf: (): Refusal | null => null, send: vi.fn(async (): Promise<Fate> => fate) },
    now: () => new Date(),
    afterProbing: () => IN_A_MINUTE,
  } satisfies DeliveryPorts;
  return {
    event,
    ports,
    settled,
    turn: () => deliverEvent({ id: event?.id ?? "gone", generation: event?.generation ?? 0 }, "fast", ports),
  };
}

describe("a turn", () => {
  test("of an event whose click is known sends it, credited to that click", async () => {
    const { turn, ports, event, settled } = worldOf({});
    expect(await turn()).toEqual({ kind: "ended", outcome: { status: "delivered", reason: null } });
    expect(ports.departures.send).toHaveBeenCalledExactlyOnceWith(
      event,
      expect.objectContaining({ id: "acct42" }),
      CLICK,
      "fast",
    );
    expect(settled).toEqual([]);
  });

  test.each<[string, LedgerEvent | null]>([
    ["is gone", null],
    ["was delivered", aLedgerEvent({ status: "delivered" })],
    ["is in another worker's hands", aLedgerEvent({ status: "sending" })],
    ["waits for a click", aLedgerEvent({ status: "waiting_click" })],
    ["is held", aLedgerEvent({ status: "held" })],
    ["was cancelled", aLedgerEvent({ status: "cancelled" })],
  ])("of an event that %s does nothing at all", async (_what, event) => {
    const { turn, ports, settled } = worldOf({ event });
    expect(await turn()).toEqual({ kind: "stale" });
    expect([ports.accounts.find, ports.departures.send].map((port) => port.mock.calls)).toEqual([[], []]);
    expect(settled).toEqual([]);
  });

  test("that is turned away while its destination is tried out comes again, and spends no attempt", async () => {
    const { turn, settled } = worldOf({ fate: { kind: "turned_away" } });
    const outcome = { status: "retry_scheduled", reason: "destination_probing", dueAt: IN_A_MINUTE };
    expect(await turn()).toEqual({ kind: "ended", outcome });
    expect(settled).toEqual([{ outcome, click: null }]);
  });

  test("that would hold others up goes on in the slow lane, and the ledger need not know", async () => {
    const { turn, event, settled } = worldOf({ fate: { kind: "crowded" } });
    expect(await turn()).toEqual({ kind: "crowded", event });
    expect(settled).toEqual([]);
  });

  test("that is dismissed because the worker stops is anybody's at once", async () => {
    const { turn, settled } = worldOf({ fate: { kind: "dismissed" } });
    const ended = await turn();
    expect(ended.kind === "early" && ended.dueAt.getTime() <= Date.now()).toBe(true);
    expect(settled).toEqual([]);
  });

  test("of an event whose late answer said delivered ends it, and sends it no more", async () => {
    const event = aLedgerEvent({ status: "retry_scheduled", attempts: [anAttempt({ outcome: "delivered" })] });
    const { turn, ports } = worldOf({ event });
    expect(await turn()).toEqual(DELIVERED);
    expect(ports.departures.send).not.toHaveBeenCalled();
  });

  test("of a job of an earlier life does nothing at all", async () => {
    const event = aLedgerEvent({ generation: 2 });
    const { ports, settled } = worldOf({ event });
    expect(await deliverEvent({ id: event.id, generation: 1 }, "fast", ports)).toEqual({ kind: "stale" });
    expect(settled).toEqual([]);
  });

  test("that comes too early comes again at the ledger's time", async () => {
    const dueAt = new Date(Date.now() + HOUR_MS);
    const { turn, settled } = worldOf({
      event: aLedgerEvent({ dueAt, expiresAt: new Date(Date.now() + 2 * HOUR_MS) }),
    });
    expect(await turn()).toEqual({ kind: "early", dueAt });
    expect(settled).toEqual([]);
  });

  test.each<[string, LedgerEvent, DeliveryOutcome]>([
    [
      "never tried",
      aLedgerEvent({ expiresAt: new Date(0) }),
      { status: "expired", reason: "event_time_window_passed" },
    ],
    [
      "tried",
      aLedgerEvent({ expiresAt: new Date(0), status: "retry_scheduled", attempts: [anAttempt()] }),
      { status: "failed", reason: "retries_exhausted" },
    ],
  ])("past the deadline ends an event that was %s, and nothing leaves", async (_what, event, outcome) => {
    const { turn, ports, settled } = worldOf({ event });
    expect(await turn()).toEqual({ kind: "ended", outcome });
    expect(settled).toEqual([{ outcome, click: null }]);
    expect(ports.departures.send).not.toHaveBeenCalled();
  });

  test.each<[string, Account | null, Partial<DeliveryOutcome>]>([
    ["is gone", null, { status: "held", reason: "dataset_unknown" }],
    ["has no dataset yet", anAccount({ datasetId: null }), { status: "held", reason: "dataset_unknown" }],
    [
      "is paused",
      anAccount({ state: "paused", pausedReason: "meta_token_invalid" }),
      { status: "held", reason: "meta_token_invalid" },
    ],
    [
      "is throttled",
      anAccount({ throttledUntil: IN_A_MINUTE }),
      { status: "retry_scheduled", reason: "meta_throttled", dueAt: IN_A_MINUTE },
    ],
  ])("whose account %s waits without spending an attempt or looking for a click", async (_what, account, outcome) => {
    const { turn, ports, settled } = worldOf({ account });
    expect(await turn()).toEqual({ kind: "ended", outcome });
    expect(settled).toEqual([{ outcome, click: null }]);
    expect([ports.clicks.choose, ports.departures.send].map((port) => port.mock.calls)).toEqual([[], []]);
  });

  test("of an event whose customer's data no key opens waits for the key, and is never sent without that data", async () => {
    const { turn, ports, settled } = worldOf({ event: { ...aLedgerEvent(), personal: null } });
    const waits = { status: "retry_scheduled", reason: "encryption_key_missing" };
    expect(await turn()).toMatchObject({ kind: "ended", outcome: waits });
    expect(settled).toMatchObject([{ outcome: waits }]);
    expect(ports.departures.send).not.toHaveBeenCalled();
  });

  test("whose account's token no key opens pauses the account, and nothing is claimed", async () => {
    const account = anAccount();
    const { turn, ports, settled } = worldOf({ account });
    ports.destinations.canOpenToken.mockReturnValue(false);
    const outcome = { status: "held", reason: "encryption_key_missing" };
    expect(await turn()).toEqual({ kind: "ended", outcome });
    expect(ports.destinations.pause).toHaveBeenCalledExactlyOnceWith(account, "encryption_key_missing");
    expect(settled).toEqual([{ outcome, click: null }]);
    expect([ports.clicks.choose, ports.departures.send].map((port) => port.mock.calls)).toEqual([[], []]);
  });

  test("of an event that no key has opened until its deadline ends there as others do", async () => {
    const soon = new Date(Date.now() + 30_000);
    const { turn } = worldOf({ event: { ...aLedgerEvent({ expiresAt: soon }), personal: null } });
    expect(await turn()).toMatchObject({ outcome: { status: "retry_scheduled", dueAt: soon } });
    const over = worldOf({ event: { ...aLedgerEvent({ expiresAt: new Date(0) }), personal: null } });
    expect(await over.turn()).toMatchObject({ outcome: { status: "expired", reason: "event_time_window_passed" } });
  });

  test("that earns no credit any more is skipped, and says which click it was", async () => {
    const { turn, settled } = worldOf({ looks: [{ kind: "window_expired", click: CLICK }] });
    await turn();
    expect(settled).toEqual([{ outcome: { status: "skipped", reason: "click_window_expired" }, click: CLICK }]);
  });

  test("of somebody who may be two people is skipped", async () => {
    const { turn, settled } = worldOf({ looks: [{ kind: "ambiguous" }] });
    await turn();
    expect(settled).toEqual([{ outcome: { status: "skipped", reason: "ambiguous_contact" }, click: null }]);
  });
});

describe("an event whose click nobody knows", () => {
  test("waits, after a second look that found nothing either", async () => {
    const { turn, ports, settled } = worldOf({ looks: [{ kind: "none" }] });
    expect(await turn()).toMatchObject({ outcome: { status: "waiting_click", reason: "no_click_yet" } });
    expect(settled).toHaveLength(1);
    expect(ports.clicks.choose).toHaveBeenCalledTimes(2);
    expect(ports.wake).not.toHaveBeenCalled();
  });

  test.each<ClickChoice>([
    { kind: "chosen", click: CLICK },
    { kind: "ambiguous" },
    { kind: "window_expired", click: CLICK },
  ])("is called back when the second look knows more: $kind", async (secondLook) => {
    const { turn, ports, event } = worldOf({ looks: [{ kind: "none" }, secondLook] });
    await turn();
    expect(ports.wake).toHaveBeenCalledExactlyOnceWith(event);
    // The write first, then the look: the other order would miss a click in between.
    const [written, looked] = [
      ports.ledger.settle.mock.invocationCallOrder[0],
      ports.clicks.choose.mock.invocationCallOrder[1],
    ];
    expect(written).toBeLessThan(looked ?? 0);
  });

  test("is skipped when its account waits for none", async () => {
    const { turn, ports, settled } = worldOf({
      account: anAccount({ waitForClickHours: 0 }),
      looks: [{ kind: "none" }],
    });
    await turn();
    expect(settled).toEqual([{ outcome: { status: "skipped", reason: "no_ctwa_clid" }, click: null }]);
    expect(ports.wake).not.toHaveBeenCalled();
  });
});
