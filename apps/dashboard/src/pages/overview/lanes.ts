import { LANES, type Lane } from "@capi-relay/queue";
import { BOARD_PATH } from "../../board/board-path.ts";
import type { RetryPorts } from "../../board/retry-job.ts";
import { type Html, html } from "../../html.ts";
import type { Reader } from "../../reader/reader.ts";

/** The jobs of one lane, by where they stand. */
export interface LaneCounts {
  readonly lane: Lane;
  readonly queueName: string;
  readonly counts: Readonly<Record<"failed" | "waiting" | "active" | "delayed", number>>;
}

export async function countLanes({ bullQueues }: Pick<RetryPorts["queue"], "bullQueues">): Promise<LaneCounts[]> {
  return Promise.all(
    LANES.map(async (lane: Lane) => {
      const { failed = 0, waiting = 0, active = 0, delayed = 0 } = await bullQueues[lane].getJobCounts();
      return { lane, queueName: bullQueues[lane].name, counts: { failed, waiting, active, delayed } };
    }),
  );
}

const COUNTED = [
  ["waiting", "wait for a worker"],
  ["active", "are being sent"],
  ["delayed", "are tried later"],
  ["failed", "failed"],
] as const;
const TITLES: Readonly<Record<Lane, string>> = {
  fast: "Jobs",
  slow: "Slow lane: accounts with very many events, or that Meta answers slowly",
  alone: "Lane of one: events during which a worker died twice",
};

/** How the queue stands; the lanes for exceptions only while they hold something. */
export function queueCard(lanes: readonly LaneCounts[], reader: Reader): Html {
  const shown = lanes.filter(({ lane, counts }) => lane === "fast" || Object.values(counts).some((count) => count > 0));
  return html`<section class="card" aria-labelledby="queue"><h2 id="queue">Queue</h2>
${shown.map(
  ({ lane, queueName, counts }) =>
    html`<p>${TITLES[lane]}: ${COUNTED.map(
      ([status, label], index) =>
        html`${index > 0 && ", "}<a class="whole" href=${`${BOARD_PATH}/queue/${encodeURIComponent(queueName)}?status=${status}`}>${reader.number(counts[status])} ${label}</a>`,
    )}.</p>`,
)}</section>`;
}
