/** How many events `--seed` makes when it does not say. */
const USUAL_COUNT = 100_000;
const MAX_COUNT = 2_000_000;

export const SAMPLE_COUNT_WORDS = `pnpm dev takes --seed, with a number of events from 0 (removes the sample) to ${MAX_COUNT.toLocaleString("en")}, and nothing else.`;

/**
 * What the command line wants of the sample history: a number of events, null for none, or nothing that makes sense.
 */
export function sampleCountIn(args: readonly string[]): number | null | "unreadable" {
  // pnpm hands a `--` of the command line on.
  const [flag, count, ...rest] = args.flatMap((arg) => (arg === "--" ? [] : arg.split(/(?<=^--seed)=/)));
  if (flag === undefined) return null;
  if (flag !== "--seed" || rest.length > 0) return "unreadable";
  if (count === undefined) return USUAL_COUNT;
  return /^[0-9]{1,7}$/.test(count) && Number(count) <= MAX_COUNT ? Number(count) : "unreadable";
}
