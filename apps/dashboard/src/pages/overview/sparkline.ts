import { type Html, html } from "../../html.ts";

const WIDTH = 100;
const HEIGHT = 24;

/** The course of a figure, as small as a word. The number beside it says the same to those who do not see it. */
export function sparkline(values: readonly number[]): Html {
  const top = Math.max(1, ...values);
  const step = WIDTH / Math.max(1, values.length - 1);
  const points = values.map(
    (value, index) => `${(index * step).toFixed(1)},${(HEIGHT - (value / top) * HEIGHT).toFixed(1)}`,
  );
  return html`<svg class="spark" viewBox=${`0 -1 ${WIDTH} ${HEIGHT + 2}`} preserveAspectRatio="none" aria-hidden="true"><polyline points=${points.join(" ")} /></svg>`;
}
