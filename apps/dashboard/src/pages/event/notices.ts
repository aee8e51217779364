interface Notice {
  readonly tone: "done";
  readonly sentence: string;
}

const done = (sentence: string): Notice => ({ tone: "done", sentence });

/** What is said after an action, by the word in the address. */
export const NOTICES: ReadonlyMap<string, Notice> = new Map([
  ["retried", done("It is on its way again.")],
  ["corrected", done("It is corrected and on its way again.")],
  ["cancelled", done("It is cancelled, and nothing of it will be sent.")],
  ["resolved", done("It is decided.")],
]);
