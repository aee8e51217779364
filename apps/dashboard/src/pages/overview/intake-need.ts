import type { DestinationHealth, FlowPoint, Overview } from "@capi-relay/insight";
import type { Reader } from "../../reader/reader.ts";
import { intakeWords } from "./intake-words.ts";
import { type Need, need } from "./need.ts";

/** Fewer refusals than these are typing mistakes of somebody who tries the API out. */
const MIN_REFUSED = 20;
const REFUSED_PART = 0.05;
/** The last 24 hours, or today and yesterday: what is over is no need. */
const RECENT = { hour: 24, day: 2 } as const;
/** Told of at the destination whose name is switched off. */
const TOLD_ELSEWHERE = "event_name_switched_off";

/** An order system whose reports cannot be taken in, so that they are lost unless it sends them again. */
export function needsOfIntake(
  overview: Overview,
  destinations: readonly DestinationHealth[],
  accountId: string | null,
  reader: Reader,
): Need[] {
  const recent = overview.series.slice(-RECENT[overview.kind]);
  const refused = sumOf(recent, "refusedAtIntake");
  const all = refused + sumOf(recent, "accepted");
  const [mostly] = overview.intakeRefusals.filter(({ code }) => code !== TOLD_ELSEWHERE);
  if (mostly === undefined || mostly.count < MIN_REFUSED / 2) return [];
  if (refused < MIN_REFUSED || refused <= REFUSED_PART * all) return [];
  return [
    need("broken", `${whose(overview, destinations)} sends what cannot be taken in`, {
      sentence: `${reader.number(mostly.count)} times: ${intakeWords(mostly.code)} Whoever runs it has to mend that and send these conversions again.`,
      since: sinceWhen(recent),
      stake: `${reader.number(refused)} reports refused, of ${reader.number(all)}${accountId === null ? " for all accounts" : ""}; their worth is not known`,
      link: { href: "#intake", label: "See what is wrong" },
    }),
  ];
}

function whose({ intakeByAccount }: Overview, destinations: readonly DestinationHealth[]): string {
  const [most] = intakeByAccount;
  const owner = destinations.find(({ accountId }) => accountId === most?.accountId);
  return owner === undefined ? "An order system" : `The order system of ${owner.name}`;
}

/** Where the last row of hours or days begins that each had a good deal refused. */
function sinceWhen(points: readonly FlowPoint[]): Date | null {
  const isBad = ({ accepted, refusedAtIntake }: FlowPoint) =>
    refusedAtIntake > 0 && refusedAtIntake > REFUSED_PART * (accepted + refusedAtIntake);
  const last = points.findLastIndex(isBad);
  const lastWell = points.findLastIndex((point, index) => index < last && !isBad(point));
  return points[lastWell + 1]?.start ?? null;
}

function sumOf(points: readonly FlowPoint[], name: "accepted" | "refusedAtIntake"): number {
  return points.reduce((sum, point) => sum + point[name], 0);
}
