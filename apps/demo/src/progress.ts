/** What the demo says while it works: one line that changes on a terminal, plain lines elsewhere. */
export class Progress {
  readonly #stream: NodeJS.WriteStream;
  readonly #startedAt = performance.now();
  #changing = false;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  /** A line that stays. */
  say(text: string): void {
    this.#clear();
    this.#stream.write(`${text}\n`);
  }

  /** A step that is over, with the time since the start. */
  done(text: string): void {
    const seconds = ((performance.now() - this.#startedAt) / 1_000).toFixed(1);
    this.say(` ${seconds.padStart(5)} s  ${text}`);
  }

  /** How far a step is; only shown where a line can change. */
  at(what: string, count: number, total: number): void {
    if (!this.#stream.isTTY) return;
    this.#clear();
    this.#stream.write(`          ${what}  ${count} / ${total}`);
    this.#changing = true;
  }

  #clear(): void {
    if (this.#changing) this.#stream.write("\r\x1b[2K");
    this.#changing = false;
  }
}
