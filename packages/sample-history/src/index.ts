export { clearSampleHistory } from "./clear-sample-history.ts";
export { type SampleCustomers, sampleEvent, samplePhone } from "./sample-event.ts";
export { SAMPLE_SHOPS, type SampleShop } from "./sample-shops.ts";
export { eventsPerHour, momentIn, SAMPLE_DAYS } from "./sample-times.ts";
export { type SampleHistoryOptions, seedSampleHistory } from "./seed-sample-history.ts";
export { SeededRandom } from "./seeded-random.ts";
