/** The configuration cannot be used. One sentence per mistake, every mistake at once, no value of any variable. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly mistakes: readonly string[];

  constructor(mistakes: readonly string[]) {
    super(mistakes.join("\n"));
    this.mistakes = mistakes;
  }

  /** May be logged and shown. */
  get safeMessage(): string {
    return this.message;
  }
}
