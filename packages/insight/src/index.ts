export { type Folded, RollupBuilder } from "./rollup-builder.ts";
export { StandingCount } from "./standing-count.ts";
