import type { EventReason } from "@capi-relay/contract";
import { type GraphVerdict, throttleDelayMs } from "@capi-relay/domain";
import type { Account } from "@capi-relay/storage";
import type { ClickMemory } from "./click-memory.ts";
import type { JudgedPart } from "./judge-part.ts";

/** What Meta's answers may change of a destination. */
export interface DestinationPorts {
  readonly destinations: {
    /** Stops the account, if it still uses the token and dataset that were refused. */
    pause(account: Account, reason: EventReason): Promise<void>;
    /** Meta does not take this name for the account's dataset: stops sending it there. */
    switchOffName(account: Account, eventName: string): Promise<void>;
    /** Meta answered 200 and counted nothing: somebody has to look. */
    countedNone(account: Account): Promise<void>;
    /** Lets nothing of the account leave before `until`. */
    throttle(account: Account, until: Date): Promise<void>;
  };
  readonly clickMemory: Pick<ClickMemory, "note">;
  readonly logTrouble: (error: unknown, what: string) => void;
  readonly now: () => Date;
  /** Shortens our own delays alike, for demonstrations and tests; 1 in earnest. */
  readonly delayScale: number;
}

/**
 * Some answers speak of the account, not of the event: then none of its events should leave for now. Once per answer.
 */
export async function actOnDestination(
  judged: readonly JudgedPart[],
  account: Account,
  ports: DestinationPorts,
): Promise<void> {
  const attempt = async (what: string, act: () => Promise<void>) => {
    // The next event of the account meets the same answer and tries again.
    await act().catch((error: unknown) => ports.logTrouble(error, what));
  };
  for (const together of Map.groupBy(judged, (one) => one.answer).values())
    await attempt("act on destination", () => actOnAnswer(together, account, ports));
  if (ports.clickMemory.note(account, judged.flatMap(clickIsUnknown)))
    await attempt("pause", () => ports.destinations.pause(account, "meta_clicks_all_unknown"));
}

async function actOnAnswer(
  together: readonly JudgedPart[],
  account: Account,
  { destinations, now, delayScale }: DestinationPorts,
): Promise<void> {
  const [{ answer, verdict, passenger }] = together as [JudgedPart];
  if (switchesNameOff(verdict) && provesAboutItsName(together)) {
    await destinations.switchOffName(account, passenger.event.eventName);
  }
  if (verdict.kind === "counted_none") await destinations.countedNone(account);
  if (verdict.kind === "pause") await destinations.pause(account, verdict.reason);
  if (verdict.kind === "throttle") {
    // The longest of its events: one that ends before cannot speak for the account, and one tried for the first time
    // knows least.
    const asked = now().getTime() + throttleDelayMs(1, verdict.waitMs, delayScale);
    const dueAts = together.flatMap(({ outcome }) => ("dueAt" in outcome ? [outcome.dueAt.getTime()] : []));
    await destinations.throttle(account, new Date(Math.max(asked, ...dueAts)));
  }
  if (answer.kind === "counted" && answer.slowDownMs !== null) {
    await destinations.throttle(account, new Date(now().getTime() + answer.slowDownMs));
  }
}

export const switchesNameOff = (verdict: GraphVerdict): boolean => verdict.kind === "reject" && verdict.switchesNameOff;

/** Only a request of one name alone proves anything about it: leftovers of a mixed one may be of one name by chance. */
function provesAboutItsName(together: readonly JudgedPart[]): boolean {
  const names = new Set(together.map(({ passenger }) => passenger.event.eventName));
  return names.size === 1 && together.every(({ attempt }) => attempt.batchSize === together.length);
}

/** Whether Meta refused the click of an event; nothing if it did not judge the event itself. */
function clickIsUnknown({ verdict, outcome, passenger }: JudgedPart): boolean[] {
  // Whoever tries things out with a test code uses made-up clicks.
  if (passenger.event.testCode !== null || outcome.reason === "neighbour_rejected") return [];
  switch (verdict.kind) {
    case "delivered":
    case "expire":
    case "skip":
      return [false];
    case "reject":
      return [verdict.reason === "meta_click_unknown"];
    default:
      return [];
  }
}
