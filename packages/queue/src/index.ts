export { ConversionQueue, type JobPlace, type NewJob } from "./conversion-queue.ts";
export {
  type DeliveryJobData,
  type DeliveryJobResult,
  type JobEnding,
  jobIdOf,
  LANES,
  type Lane,
  readJobData,
} from "./delivery-job.ts";
export { DeliveryWorker } from "./delivery-worker.ts";
