/** How many events `--seed` makes when it does not say. */
const USUAL_COUNT = 100_000;
const MAX_COUNT = 2_000_000;

export const USAGE = `Starts the whole product on this machine until Ctrl-C; its data stays for the
next time.

  pnpm dev [--seed [events]] [--help]

  --seed    fills it with 30 days of invented events, 100,000 or as many as you
            say, up to ${MAX_COUNT.toLocaleString("en")}; 0 removes them

  API_PORT, DASHBOARD_PORT and SANDBOX_PORT choose the ports (3000, 3001, 3002
  unless told), DATA_DIR the folder of the data (.data/dev). Every variable that
  .env.example lists is honoured.
`;

/**
 * What the command line wants of the sample history: a number of events, null for none, or nothing that makes sense; or
 * that the usage is wanted.
 */
export function sampleCountIn(args: readonly string[]): number | null | "help" | "unreadable" {
  // pnpm hands a `--` of the command line on.
  const [flag, count, ...rest] = args.flatMap((arg) => (arg === "--" ? [] : arg.split(/(?<=^--seed)=/)));
  if (flag === undefined) return null;
  if (args.some((arg) => arg === "--help" || arg === "-h")) return "help";
  if (flag !== "--seed" || rest.length > 0) return "unreadable";
  if (count === undefined) return USUAL_COUNT;
  return /^[0-9]{1,7}$/.test(count) && Number(count) <= MAX_COUNT ? Number(count) : "unreadable";
}
