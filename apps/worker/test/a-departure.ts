import type { ChosenClick, GraphAnswer, Opened } from "@capi-relay/domain";
import type { Lane } from "@capi-relay/queue";
import { EventLedger, type LedgerEvent } from "@capi-relay/storage";
import { aLedgerEvent, anAccount, openDatabase, TOKEN, vault } from "@capi-relay/storage/builders";
import { expect, vi } from "vitest";
import { ClickMemory } from "../src/click-memory.ts";
import { type DepartPorts, depart } from "../src/depart.ts";

export const CLICK: ChosenClick = {
  ctwaClid: "x",
  conversationId: null,
  adId: null,
  clickedAt: null,
  matchedBy: "request",
};
export const DESTINATION = { account: anAccount({ wabaId: "77" }), testCode: null };
export const COUNTED = { kind: "counted", httpStatus: 200, traceId: "A1", slowDownMs: null } as const;
const NO_TEXTS = { isTransient: false, traceId: "T1", title: null, message: null };

type Body = { data: readonly { event_id: string }[] };
export type Graph = (sent: string[]) => GraphAnswer;

export const refusal = (code: number, subcode: number | null = null, waitMs: number | null = null): GraphAnswer => ({
  kind: "refused",
  httpStatus: 400,
  error: { code, subcode, ...NO_TEXTS },
  waitMs,
});
export const countsAll: Graph = (sent) => ({ ...COUNTED, eventsReceived: sent.length });

/** Departures of events in a ledger of the test's own, to a Meta that answers as the test says. */
export async function openDepartures() {
  const { mongo, drop } = await openDatabase();
  const ledger = new EventLedger(mongo, vault);

  async function stored(count: number, changes: Partial<LedgerEvent> = {}): Promise<Opened<LedgerEvent>[]> {
    const events = Array.from({ length: count }, () => aLedgerEvent(changes));
    await Promise.all(events.map((event) => ledger.accept(event)));
    return events;
  }

  const ledgerPort = (): DepartPorts["ledger"] => ({
    claim: ledger.claim.bind(ledger),
    departs: ledger.departs.bind(ledger),
    renew: ledger.renew.bind(ledger),
    release: ledger.release.bind(ledger),
    record: ledger.record.bind(ledger),
  });

  function worldOf(graph: Graph, changes: Partial<DepartPorts> = {}) {
    const requests: string[][] = [];
    const destinations = {
      openToken: vi.fn(() => TOKEN),
      pause: vi.fn(async () => {}),
      switchOffName: vi.fn(async () => {}),
      countedNone: vi.fn(async () => {}),
      throttle: vi.fn(async () => {}),
    };
    const onTheirWay: string[] = [];
    const ports: DepartPorts = {
      ledger,
      destinations,
      graph: {
        postEvents: async ({ body, accessToken, datasetId, onTurn }) => {
          expect([accessToken, datasetId]).toEqual([TOKEN, "1234567890"]);
          // Until its turn has come, it waits for us.
          const before = onTheirWay.length;
          await Promise.resolve();
          expect(onTheirWay).toHaveLength(before);
          onTurn();
          const sent = (body as Body).data.map(({ event_id }) => event_id);
          requests.push(sent);
          return graph(sent);
        },
      },
      requestLeaves: () => {
        onTheirWay.push("left");
        return () => void onTheirWay.push("answered");
      },
      logAttempt: vi.fn(),
      logTrouble: vi.fn(),
      now: () => new Date(),
      jitter: () => 0.5,
      delayScale: 1,
      leaseMs: 60_000,
      requestMs: 10,
      isClosing: () => false,
      mayGoOn: async () => true,
      clickMemory: new ClickMemory(),
      ...changes,
    };
    const leave = (events: readonly Opened<LedgerEvent>[], lane: Lane = "fast") =>
      depart(
        events.map((event) => ({ event, click: CLICK, lane })),
        DESTINATION,
        ports,
      );
    const go = async (events: readonly Opened<LedgerEvent>[]) => (await leave(events)).results;
    return { go, leave, ports, requests, onTheirWay, destinations };
  }

  const find = async ({ id }: Opened<LedgerEvent>) => {
    const event = await ledger.find(id);
    if (event === null) throw new Error("the event is gone");
    return event;
  };
  const statuses = (events: readonly Opened<LedgerEvent>[]) =>
    Promise.all(events.map(async (one) => (await find(one)).status));

  async function close(): Promise<void> {
    await ledger.drain();
    await drop();
  }

  return { mongo, ledger, stored, ledgerPort, worldOf, find, statuses, close };
}
