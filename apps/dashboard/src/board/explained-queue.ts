import { BullMQAdapter } from "@bull-board/api/bullMQAdapter";
import type { JobStatus } from "@bull-board/api/typings/app";
import { type Lane, readJobData } from "@capi-relay/queue";
import { eventPath } from "../event-path.ts";
import { explainEnding, explainFailure } from "./explain-job.ts";

type BullQueue = ConstructorParameters<typeof BullMQAdapter>[0];
type BullJob = NonNullable<Awaited<ReturnType<BullMQAdapter["getJob"]>>>;

const LANE_MEANS: Readonly<Record<Lane, string>> = {
  fast: "One job per event.",
  slow: "Events of accounts that have very many on their way, or that Meta answers slowly, so that others overtake them.",
  alone: "Events during which a worker died twice: they run one at a time.",
};

/** The queue as Bull Board shows it, with every ending in words. */
export class ExplainedQueue extends BullMQAdapter {
  constructor(queue: BullQueue, lane: Lane) {
    super(queue, {
      description: `${LANE_MEANS[lane]} Job data holds ids only; the ledger in MongoDB knows the rest.`,
      externalJobUrl: ({ data }) => ({ displayText: "The whole story of this event", href: eventPathOf(data) }),
    });
    this.setFormatter("returnValue", explainEnding);
  }

  override async getJob(id: string): Promise<BullJob | undefined> {
    const job = await super.getJob(id);
    return job === undefined ? undefined : explained(job);
  }

  override async getJobs(statuses: JobStatus[], start?: number, end?: number): Promise<BullJob[]> {
    return (await super.getJobs(statuses, start, end)).map(explained);
  }
}

/** Bull Board formats the other fields, but not this one. The job is a copy of ours; nothing is written to Redis. */
function explained(job: BullJob): BullJob {
  if (job.failedReason) job.failedReason = explainFailure(job.failedReason);
  return job;
}

function eventPathOf(jobData: unknown): string {
  const data = readJobData(jobData);
  return data === null ? "/events" : eventPath(data.id);
}
