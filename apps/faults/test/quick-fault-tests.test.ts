/** The fault tests that take a few seconds each: they run with every `pnpm test`. */
import "../test-cases/02-worker-killed-after-the-record.ts";
import "../test-cases/06-api-killed-before-the-answer.ts";
import "../test-cases/09-fifty-claimers-one-row.ts";
import "../test-cases/24-meta-counts-less.ts";
import "../test-cases/27-one-poison-event-in-a-hundred.ts";
