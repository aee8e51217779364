/** Too many items are unanswered already. The item was not taken; the caller should answer "busy, try again". */
export class CoalescerFull extends Error {
  override readonly name = "CoalescerFull";

  constructor(maxDepth: number) {
    super(`The coalescer already holds ${maxDepth} unanswered items, which is its limit.`);
  }

  /** May be logged and shown: holds figures only. */
  get safeMessage(): string {
    return this.message;
  }
}

/** The command answered with another number of answers than it was given items: nobody can tell whose is whose. */
export class AnswerCountMismatch extends Error {
  override readonly name = "AnswerCountMismatch";

  constructor(items: number, answers: number) {
    super(`A command for ${items} items came back with ${answers} answers.`);
  }

  /** May be logged and shown: holds figures only. */
  get safeMessage(): string {
    return this.message;
  }
}
