import { CallMeter } from "./call-meter.ts";
import { SteerableClock } from "./clock.ts";
import { FailureReport } from "./failure-report.ts";
import { FaultQueue } from "./faults.ts";
import { ReceivedLog } from "./received-log.ts";
import { RequestTally } from "./request-tally.ts";
import { World } from "./world.ts";

export interface SandboxOptions {
  /** Whoever has it may seed, read and break everything. */
  readonly adminToken: string;
  /** Path of the append-only log; created with its folders. */
  readonly logFile: string;
  /** Added before every Graph answer, after the events were recorded. */
  readonly latencyMs?: number;
  /** Known: a given `appsecret_proof` is verified. */
  readonly appSecret?: string | null;
  /** False: every click id counts as known, so none has to be seeded. */
  readonly strictSeeding?: boolean;
  readonly futureToleranceMs?: number;
  readonly realNowMs?: () => number;
}

/** Everything the routes share. */
export interface SandboxState {
  readonly world: World;
  readonly clock: SteerableClock;
  readonly faults: FaultQueue;
  readonly calls: CallMeter;
  readonly tally: RequestTally;
  readonly log: ReceivedLog;
  readonly failures: FailureReport;
  readonly settings: Required<Omit<SandboxOptions, "logFile" | "realNowMs">>;
  /** Aborted when the sandbox closes, so that nothing keeps waiting. */
  readonly closing: AbortController;
}

export async function openState(options: SandboxOptions): Promise<SandboxState> {
  const { logFile, realNowMs = Date.now, adminToken } = options;
  return {
    world: new World(),
    clock: new SteerableClock(realNowMs),
    faults: new FaultQueue(),
    calls: new CallMeter(),
    tally: new RequestTally(),
    log: await ReceivedLog.open(logFile),
    failures: new FailureReport(),
    settings: {
      adminToken,
      latencyMs: options.latencyMs ?? 0,
      appSecret: options.appSecret ?? null,
      strictSeeding: options.strictSeeding ?? true,
      futureToleranceMs: options.futureToleranceMs ?? 0,
    },
    closing: new AbortController(),
  };
}
