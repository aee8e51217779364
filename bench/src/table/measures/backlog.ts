import type { DrainRate } from "../../drains/drain-clock.ts";
import { cpuPartsOf, cpuUsOf, perSecondOf } from "../../drains/several-drains.ts";
import { type Figure, ratioOf } from "../figure.ts";
import type { Workbench } from "../workbench.ts";

/** As many times the events that are timed lie in the queue when little does. */
const CALM_FILL = 1.5;

/** Whether the relay gets slower while much is queued, and its worker larger with all that it has delivered. */
export async function measureBacklog({ relay, drainer, restedAtMb, sizes, progress }: Workbench): Promise<Figure[]> {
  const { few, many, rounds } = sizes.backlog;
  const calm: DrainRate[] = [];
  const busy: DrainRate[] = [];
  // Before and after: a machine that gets slower by and by slows both.
  const measureCalm = async () => {
    for (let round = 0; round < rounds; round += 1) {
      // More than is timed: the last of them have others on their way behind them, here as with a backlog.
      await drainer.fill(few * CALM_FILL);
      calm.push(await drainer.drainSome(few));
      await drainer.drainRest();
    }
  };
  progress(`backlog: drains of ${few}`);
  await measureCalm();
  progress(`backlog: queueing ${many} events`);
  await drainer.fill(many);
  for (let round = 1; round <= rounds; round += 1) {
    progress(`backlog: round ${round} of ${rounds}`);
    busy.push(await drainer.drainSome(few));
    await relay.hold();
  }
  progress("backlog: draining the rest");
  await drainer.drainRest();
  await measureCalm();
  const endsAtMb = await relay.restingMb();
  return [
    {
      name: "backlog_growth",
      ours: perSecondOf(busy),
      peer: perSecondOf(calm),
      ratio: ratioOf(perSecondOf(busy), perSecondOf(calm)),
      oursCpuUs: cpuUsOf(busy),
      peerCpuUs: cpuUsOf(calm),
      notes: [
        `with ${many} events queued, against ${few}`,
        `µs: ${cpuPartsOf(busy)};`,
        `with few: ${cpuPartsOf(calm)}`,
      ],
    },
    {
      name: "worker_memory_growth",
      ours: endsAtMb,
      peer: restedAtMb,
      ratio: ratioOf(endsAtMb, restedAtMb),
      notes: [`after ${await relay.count("delivered")} events, against ${sizes.warmUp}`],
    },
  ];
}
