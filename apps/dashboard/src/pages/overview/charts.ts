import type { FlowPoint, Overview } from "@capi-relay/insight";
import { type Html, html } from "../../html.ts";
import type { Reader } from "../../reader/reader.ts";
import { when } from "../../reader/when.ts";

type Line = Exclude<keyof FlowPoint, "start">;

const FLOW = [
  ["accepted", "Accepted", "one"],
  ["delivered", "Delivered", "two"],
] as const satisfies readonly Drawn[];
const LOSSES = [
  ["refusedAtIntake", "Refused at intake", "three"],
  ["refusedByMeta", "Refused by Meta", "four"],
  ["lostCredit", "Lost credit", "five"],
  ["noAdClick", "No ad click known", "one"],
] as const satisfies readonly Drawn[];
const WAITING = ["waiting", "Waiting", "one"] as const satisfies Drawn;

/** What is drawn, its name, and which of the style sheet's line colours it has. */
type Drawn = readonly [line: Line, label: string, colour: "one" | "two" | "three" | "four" | "five"];

/** Two charts over time, and the same numbers as a table for those who cannot see them or want to copy them. */
export function charts({ kind, series }: Overview, reader: Reader): Html {
  const all: readonly Drawn[] = [...FLOW, WAITING, ...LOSSES];
  return html`<section class="card" aria-labelledby="over-time">
<h2 id="over-time">Over time</h2>
<p class="quiet">Events per ${kind === "hour" ? "hour" : "day (UTC)"}.</p>
<div class="charts">${chart("In and delivered", kind, series, FLOW)}${chart("Not delivered", kind, series, LOSSES)}</div>
<details><summary>The same as a table</summary><div class="scroll" tabindex="0" role="region" aria-label="Events over time"><table>
<thead><tr><th scope="col">${kind === "hour" ? "Hour" : "Day"}</th>${all.map(([, label]) => html`<th scope="col" class="number">${label}</th>`)}</tr></thead>
<tbody>${series.toReversed().map((point) => html`<tr><th scope="row">${when(point.start)}</th>${all.map(([line]) => html`<td class="number">${reader.number(point[line])}</td>`)}</tr>`)}</tbody>
</table></div></details>
</section>`;
}

function chart(title: string, kind: Overview["kind"], series: readonly FlowPoint[], lines: readonly Drawn[]): Html {
  const data = {
    kind,
    starts: series.map(({ start }) => start.getTime() / 1_000),
    lines: lines.map(([line, label, colour]) => ({ label, colour, values: series.map((point) => point[line]) })),
  };
  return html`<figure><figcaption>${title}</figcaption><time-chart role="img" aria-label=${`${title}: the table below holds the numbers`} data=${JSON.stringify(data)}></time-chart></figure>`;
}
