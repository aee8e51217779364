export { clearSampleHistory } from "./clear-sample-history.ts";
export { samplePhone } from "./sample-event.ts";
export { SAMPLE_SHOPS } from "./sample-shops.ts";
export { type SampleHistoryOptions, seedSampleHistory } from "./seed-sample-history.ts";
