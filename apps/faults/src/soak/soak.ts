import { isTerminal } from "@capi-relay/contract";
import { check } from "../checker.ts";
import { Cluster } from "../cluster.ts";
import { type Evidence, gatherEvidence } from "../evidence.ts";
import type { Conversion } from "../order-system.ts";
import { seededRandom } from "../random.ts";
import { click, openShop, purchase, type Shop } from "../shop.ts";
import type { Violation } from "../violation.ts";
import { planBlows, strike } from "./mayhem.ts";

export interface SoakOptions {
  readonly events: number;
  readonly kills: number;
  readonly seed: number;
  /** The load is spread over at least this long. */
  readonly minutes: number;
  readonly onProgress: (line: string) => void;
}

export interface SoakReport {
  readonly accepted: number;
  readonly terminal: number;
  /** Waiting for a click, for a destination or for a person. */
  readonly waiting: number;
  readonly lost: number;
  readonly doubledUnmarked: number;
  /** Meta holds them more than once, and the ledger says why. */
  readonly doubledMarked: number;
  readonly leaks: number;
  readonly kills: number;
  readonly seed: number;
  readonly seconds: number;
  readonly violations: readonly Violation[];
}

interface Progress {
  sent: number;
  /** No more are sent before the next blow has fallen. */
  limit: number;
  over: boolean;
}

const SETTLE_MS = 300_000;
const CALLERS = 40;
/** One event in this many is known by a phone number alone, whose click comes later. */
const BY_PHONE = 20;
const CLICKS_PER_DELIVERY = 50;

/** Drives the relay while its processes die and stall at random, lets it come to rest, and checks all its books. */
export async function soak(options: SoakOptions): Promise<SoakReport> {
  const random = seededRandom(options.seed);
  const startedAt = performance.now();
  const cluster = await Cluster.start({ workers: 2 });
  try {
    const shops = [
      await openShop(cluster, "soak-a"),
      await openShop(cluster, "soak-b"),
      await openShop(cluster, "soak-c"),
    ];
    const kills = await load(cluster, shops, options, random);
    options.onProgress("the last blow has fallen; waiting for everything to come to rest");
    await cluster.ledger.atRest(SETTLE_MS).catch((error: Error) => options.onProgress(error.message));
    const evidence = await gatherEvidence(cluster);
    return reportOf(evidence, {
      kills,
      seed: options.seed,
      seconds: Math.round((performance.now() - startedAt) / 1_000),
    });
  } finally {
    await cluster.stop();
  }
}

async function load(
  cluster: Cluster,
  shops: Shop[],
  { events, kills, minutes, onProgress }: SoakOptions,
  random: () => number,
) {
  const blows = planBlows(kills, random);
  const turnOf = (at: number) => (at < blows.length ? ((at + 0.5) / blows.length) * events : events);
  const progress: Progress = { sent: 0, limit: turnOf(1), over: false };
  const sending = send(cluster, shops, events, minutes, progress).finally(() => {
    progress.over = true;
  });
  let struck = 0;
  for (const [at, blow] of blows.entries()) {
    // Spread over the load, which goes on during a blow, but not past the next one: the last must not fall on empty
    // queues.
    progress.limit = turnOf(at + 1);
    while (progress.sent < turnOf(at) && !progress.over) await pause(20);
    onProgress(`${progress.sent} sent; ${blow.kind} ${blow.victim} for ${blow.forMs} ms`);
    await strike(cluster, blow);
    struck += 1;
  }
  progress.limit = events;
  await sending;
  return struck;
}

async function send(
  cluster: Cluster,
  shops: Shop[],
  events: number,
  minutes: number,
  progress: Progress,
): Promise<void> {
  const paceMs = (minutes * 60_000) / events;
  const startedAt = performance.now();
  const clicking: Promise<void>[] = [];
  let withoutClick: string[] = [];
  const lanes = Array.from({ length: CALLERS }, async () => {
    while (progress.sent < events) {
      if (progress.sent >= progress.limit) {
        await pause(10);
        continue;
      }
      const at = progress.sent;
      progress.sent += 1;
      const shop = shops[at % shops.length];
      if (shop === undefined) return;
      const ahead = startedAt + at * paceMs - performance.now();
      if (ahead > 0) await pause(ahead);
      const byPhone = at % (BY_PHONE * shops.length) === 0;
      await cluster.orders.sendUntilPromised(
        conversion(cluster, shop, at, byPhone),
        performance.now() + 120_000,
        5_000,
      );
      if (!byPhone) continue;
      withoutClick.push(phoneOf(at));
      if (withoutClick.length < CLICKS_PER_DELIVERY) continue;
      clicking.push(clickUntilTaken(cluster, shop, withoutClick));
      withoutClick = [];
    }
  });
  await Promise.all(lanes);
  await Promise.all(clicking);
}

/** Those by phone all belong to the first shop. */
function conversion(cluster: Cluster, shop: Shop, at: number, byPhone: boolean): Conversion {
  const whole = purchase(cluster, shop, `soak-${at}`);
  if (!byPhone) return whole;
  const { ctwaClid: _click, ...contact } = whole;
  return { ...contact, phoneE164: phoneOf(at) };
}

const phoneOf = (at: number) => `4477${String(10_000_000 + at)}`;

async function clickUntilTaken(cluster: Cluster, shop: Shop, phones: readonly string[]): Promise<void> {
  for (let tries = 0; tries < 20; tries += 1) {
    const taken = await click(cluster, shop, phones).catch(() => null);
    if (taken !== null && Object.keys(taken).every((status) => status === "200")) return;
    await pause(1_000);
  }
}

function reportOf(evidence: Evidence, facts: Pick<SoakReport, "kills" | "seed" | "seconds">): SoakReport {
  const violations = check(evidence);
  const of = (...invariants: string[]) =>
    new Set(
      violations.filter(({ invariant }) => invariants.includes(invariant)).map(({ event, what }) => event ?? what),
    ).size;
  const copies = new Map<string, number>();
  for (const { datasetId, eventId } of evidence.copies) {
    const key = `${datasetId}/${eventId}`;
    copies.set(key, (copies.get(key) ?? 0) + 1);
  }
  const doubled = [...copies.values()].filter((count) => count > 1).length;
  const doubledUnmarked = of("I4");
  return {
    accepted: evidence.acknowledged.length,
    terminal: evidence.rows.filter(({ status }) => isTerminal(status)).length,
    waiting: evidence.rows.filter(({ status }) => !isTerminal(status)).length,
    lost: of("I1", "I2", "I3", "I10"),
    doubledUnmarked,
    doubledMarked: Math.max(0, doubled - doubledUnmarked),
    leaks: of("I7"),
    ...facts,
    violations,
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
