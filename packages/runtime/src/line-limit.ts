interface Quiet {
  readonly untilMs: number;
  readonly leftOut: number;
}

/** Says which lines may be written where an outage or a flood makes thousands alike, so that they do not fill the log. */
export class LineLimit {
  readonly #quietMs: number;
  readonly #quiets = new Map<string, Quiet>();

  /** @param quietMs The least time between two lines of one kind. */
  constructor(quietMs: number) {
    this.#quietMs = quietMs;
  }

  /**
   * The first of a kind may be written, then at most one in `quietMs`.
   * @param kind One of few: each is remembered.
   * @param nowMs By a clock that never goes back.
   * @returns How many of this kind were left out since the last one, or null when this one is to be left out as well.
   */
  leftOutBefore(kind: string, nowMs = performance.now()): number | null {
    const { untilMs, leftOut } = this.#quiets.get(kind) ?? { untilMs: nowMs, leftOut: 0 };
    if (nowMs < untilMs) {
      this.#quiets.set(kind, { untilMs, leftOut: leftOut + 1 });
      return null;
    }
    this.#quiets.set(kind, { untilMs: nowMs + this.#quietMs, leftOut: 0 });
    return leftOut;
  }
}
