import type { AccountIntake, DestinationHealth, IntakeLately, Overview } from "@capi-relay/insight";
import type { Reader } from "../../reader/reader.ts";
import { intakeWords } from "./intake-words.ts";
import { type Need, need } from "./need.ts";

/** Fewer refusals than these are typing mistakes of somebody who tries the API out. */
const MIN_REFUSED = 20;
const REFUSED_PART = 0.05;
/**
 * An order system whose reports cannot be taken in, so that they are lost unless it sends them again. Names that are
 * switched off are told of at their destination.
 */
export function needsOfIntake(
  { intakeLately: { hours, byAccount } }: Overview,
  destinations: readonly DestinationHealth[],
  accountId: string | null,
  reader: Reader,
): Need[] {
  const toMend = sumOf(hours.map((hour) => hour.toMend));
  const all = toMend + sumOf(hours.map(({ accepted }) => accepted));
  const [worst] = byAccount;
  const [mostly] = worst?.toMend ?? [];
  if (worst === undefined || mostly === undefined) return [];
  if (toMend < MIN_REFUSED || toMend <= REFUSED_PART * all) return [];
  const itsOwn = sumOf(worst.toMend.map(({ count }) => count));
  const ofAll = accountId === null && itsOwn < toMend ? `, of ${reader.number(toMend)} for all accounts` : "";
  return [
    need("broken", `${whose(worst, destinations)} sends what cannot be taken in`, {
      sentence: `${reader.number(mostly.count)} times: ${intakeWords(mostly.code)} Whoever runs it has to mend that and send these conversions again.`,
      // Of a smaller part nobody knows whether it began with the others.
      since: itsOwn > toMend / 2 ? sinceWhen(hours) : null,
      stake: `${many(itsOwn, reader)} refused in the last 24 hours${ofAll}; their worth is not known`,
      link: { href: "#intake", label: "See what is wrong" },
    }),
  ];
}

function whose({ accountId }: AccountIntake, destinations: readonly DestinationHealth[]): string {
  const owner = destinations.find((destination) => destination.accountId === accountId);
  return owner === undefined ? "An order system" : `The order system of ${owner.name}`;
}

/** Where the last row of hours begins that each had a good deal refused. */
function sinceWhen(hours: IntakeLately["hours"]): Date | null {
  const isBad = ({ accepted, toMend }: IntakeLately["hours"][number]) =>
    toMend > 0 && toMend > REFUSED_PART * (accepted + toMend);
  const last = hours.findLastIndex(isBad);
  const lastWell = hours.findLastIndex((hour, index) => index < last && !isBad(hour));
  return hours[lastWell + 1]?.start ?? null;
}

function many(count: number, reader: Reader): string {
  return count === 1 ? "1 report" : `${reader.number(count)} reports`;
}

function sumOf(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
