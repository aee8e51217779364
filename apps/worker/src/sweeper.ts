import type { DueCursor, LeaseStore } from "@capi-relay/storage";
import { type CloseAlertsPorts, closeAlerts } from "./sweeps/close-alerts.ts";
import { type ForgetPorts, finishErasures, forgetAfterRetention } from "./sweeps/forget-people.ts";
import { type RequeuePorts, requeueLostJobs } from "./sweeps/requeue-lost-jobs.ts";
import {
  endOverdueHeld,
  endOverdueWaiting,
  type RestingPorts,
  releaseHeld,
  wakeLateSleepers,
} from "./sweeps/settle-resting.ts";
import { type TakeOverPorts, takeOverLapsed } from "./sweeps/take-over-lapsed.ts";
import { type TellTroublesPorts, tellTroubles } from "./sweeps/tell-troubles.ts";

export interface SweeperOptions
  extends RequeuePorts,
    TakeOverPorts,
    RestingPorts,
    CloseAlertsPorts,
    TellTroublesPorts,
    ForgetPorts {
  readonly sweeps: RequeuePorts["sweeps"] & TakeOverPorts["sweeps"];
  readonly bell: TakeOverPorts["bell"] & CloseAlertsPorts["bell"] & TellTroublesPorts["bell"];
  readonly alerts: CloseAlertsPorts["alerts"] & TellTroublesPorts["alerts"];
  readonly accountStore: CloseAlertsPorts["accountStore"] & TellTroublesPorts["accountStore"];
  readonly dispatcher: RequeuePorts["dispatcher"] & TakeOverPorts["dispatcher"];
  readonly conversations: RestingPorts["conversations"] & ForgetPorts["conversations"];
  readonly leases: Pick<LeaseStore, "take" | "release">;
  /** This process's name among the workers. */
  readonly holder: string;
  /** Pause between sweeps, in milliseconds. */
  readonly everyMs: number;
  /** Rows due for longer than this should have been tried: their jobs are looked for. Milliseconds. */
  readonly overdueMs: number;
  /** Rows looked at a second, so that a sweep over a large backlog leaves the database to the workers. */
  readonly rowsPerSecond: number;
  /** Conversations with new clicks looked at in one sweep. */
  readonly conversationsPerSweep: number;
  readonly onSwept: (counts: SweepCounts) => void;
  readonly onError: (error: unknown, sweep: string) => void;
}

/** What one sweep mended. */
type SweepCounts = Readonly<Record<string, number>>;

const DUTY = "sweeper";
/** Clicks stored this long before the last sweep are looked at again: clocks differ, and a sweep takes time. */
const CLICK_OVERLAP_MS = 60_000;
/** A process that has just begun cannot know when anybody swept last. */
const FIRST_LOOK_BACK_MS = 3_600_000;

/** Mends, one process at a time, what crashes and outages left behind: the other half of "the ledger is the truth". */
export class Sweeper {
  readonly #options: SweeperOptions;
  #timer: NodeJS.Timeout | undefined;
  #sweeping: Promise<void> = Promise.resolve();
  #closed = false;
  #cursor: DueCursor | null = null;
  #clicksSeenUntil: Date | undefined;
  #ledgerWasAway = false;

  constructor(options: SweeperOptions) {
    this.#options = options;
  }

  start(): void {
    this.#sweepLater();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#sweeping;
    await this.#options.leases.release(DUTY, this.#options.holder).catch(() => undefined);
  }

  /**
   * One sweep, as long as this process has the duty: another takes over what a long one has left. A failing part is
   * reported and leaves the others alone.
   */
  async sweep(): Promise<void> {
    const { onError, onSwept } = this.#options;
    const counts: Record<string, number> = {};
    for (const [name, part] of Object.entries(this.#parts())) {
      if (this.#closed || !(await this.#hasDuty())) break;
      try {
        counts[name] = await part();
      } catch (error) {
        onError(error, name);
      }
    }
    if (Object.values(counts).some((count) => count > 0)) onSwept(counts);
  }

  /** Takes the duty or renews it. */
  async #hasDuty(): Promise<boolean> {
    const { leases, holder, everyMs, onError } = this.#options;
    return leases.take(DUTY, holder, everyMs * 4).catch((error: unknown) => {
      this.#ledgerWasAway = true;
      onError(error, "take_duty");
      return false;
    });
  }

  #parts(): Record<string, () => Promise<number>> {
    return {
      taken_over: () => this.#takeOver(),
      waiting_ended: () => endOverdueWaiting(this.#options),
      held_ended: () => endOverdueHeld(this.#options),
      released: () => releaseHeld(this.#options),
      woken: () => this.#wake(),
      requeued: () => this.#requeue(),
      forgotten: () => forgetAfterRetention(this.#options),
      erasures_finished: () => finishErasures(this.#options),
      troubles_told: () => tellTroubles(this.#options),
      alerts_closed: () => closeAlerts(this.#options),
    };
  }

  /**
   * Not in the first sweep after an outage of the ledger: leases lapsed during it whose workers are alive and about to
   * record what Meta answered. Taken over now, their events would be sent a second time for nothing.
   */
  async #takeOver(): Promise<number> {
    const mayBeRecordedSoon = this.#ledgerWasAway;
    this.#ledgerWasAway = false;
    return mayBeRecordedSoon ? 0 : takeOverLapsed(this.#options);
  }

  async #wake(): Promise<number> {
    const startedAt = this.#options.now().getTime();
    const since = this.#clicksSeenUntil ?? new Date(startedAt - FIRST_LOOK_BACK_MS);
    const { woken, next } = await wakeLateSleepers(this.#options, since, this.#options.conversationsPerSweep);
    this.#clicksSeenUntil = next ?? new Date(startedAt - CLICK_OVERLAP_MS);
    return woken;
  }

  async #requeue(): Promise<number> {
    const { now, overdueMs, everyMs, rowsPerSecond } = this.#options;
    const dueBefore = new Date(now().getTime() - overdueMs);
    const maxRows = Math.ceil((rowsPerSecond * everyMs) / 1_000);
    const { requeued, cursor } = await requeueLostJobs(
      this.#options,
      dueBefore,
      this.#cursor,
      maxRows,
      () => this.#closed,
    );
    this.#cursor = cursor;
    return requeued;
  }

  #sweepLater(): void {
    if (this.#closed) return;
    this.#timer = setTimeout(() => {
      this.#sweeping = this.sweep().finally(() => this.#sweepLater());
    }, this.#options.everyMs);
  }
}
