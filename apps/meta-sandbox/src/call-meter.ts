import type { Waba } from "./world.ts";

export interface CallUsage {
  /** Of the allowance, 0 to 100; Meta throttles at 100. */
  readonly percent: number;
  readonly exceeded: boolean;
  readonly regainAccessInMinutes: number;
}

const UNLIMITED: CallUsage = { percent: 0, exceeded: false, regainAccessInMinutes: 0 };

/** Counts calls per WABA in fixed windows of real time, for WABAs that have a call limit. */
export class CallMeter {
  readonly #windows = new Map<string, { startedAtMs: number; calls: number }>();

  take(waba: Waba, realNowMs: number): CallUsage {
    const limit = waba.callLimit;
    if (limit === null) return UNLIMITED;
    let window = this.#windows.get(waba.id);
    if (window === undefined || realNowMs >= window.startedAtMs + limit.windowMs) {
      window = { startedAtMs: realNowMs, calls: 0 };
      this.#windows.set(waba.id, window);
    }
    window.calls += 1;
    const leftMs = window.startedAtMs + limit.windowMs - realNowMs;
    const exceeded = window.calls > limit.calls;
    return {
      percent: Math.min(100, Math.floor((100 * window.calls) / limit.calls)),
      exceeded,
      regainAccessInMinutes: exceeded ? Math.ceil(leftMs / 60_000) : 0,
    };
  }
}
