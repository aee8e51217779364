import type { DeliveryMetrics } from "@capi-relay/metrics";
import type { Logger } from "@capi-relay/runtime";
import type { DepartPorts } from "./depart.ts";
import { describeAttempt } from "./describe-attempt.ts";

/**
 * What is told of every recorded attempt: a line for people who look for one event, numbers for those who watch all.
 */
export function attemptNoter(
  log: Pick<Logger, "info">,
  metrics: Pick<DeliveryMetrics, "attempted">,
): DepartPorts["logAttempt"] {
  return (passenger, judged) => {
    log.info(describeAttempt(passenger, judged), "delivery.attempted");
    const { attempt, outcome } = judged;
    const { eventTime, acceptedAt } = passenger.event;
    metrics.attempted({
      trigger: attempt.trigger,
      delivered: outcome.status === "delivered",
      mayHaveArrived: attempt.mayHaveArrived,
      eventTime,
      acceptedAt,
      endedAt: new Date(attempt.startedAt.getTime() + attempt.durationMs),
    });
  };
}
