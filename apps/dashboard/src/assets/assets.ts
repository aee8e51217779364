import { asset } from "./asset.ts";

const own = (file: string): URL => new URL(file, import.meta.url);

/** In the order in which they overrule each other. */
const STYLES = ["base", "frame", "blocks", "needs", "figures", "tables", "story", "forms"];

/** Everything a page of ours loads. Nothing comes from another host. */
export const ASSETS = {
  style: asset("style", "css", ...STYLES.map((part) => own(`style/${part}.css`))),
  /** Fetches pages anew and changes only what differs. */
  htmx: asset("htmx", "js", new URL(import.meta.resolve("htmx.org/dist/htmx.min.js"))),
  chart: asset("uplot", "js", new URL(import.meta.resolve("uplot/dist/uPlot.iife.min.js"))),
  chartStyle: asset("uplot", "css", new URL(import.meta.resolve("uplot/dist/uPlot.min.css"))),
  console: asset("console", "js", own("console.js")),
} as const;
