/**
 * Resolves at the first Ctrl-C (or SIGTERM, or a closed terminal). Whoever asks a second time is not kept waiting: the
 * process exits, and the guards end what it had started.
 */
export function firstSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let asked = false;
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      process.on(signal, () => {
        if (asked) process.exit(EXIT_CODE_INTERRUPTED);
        asked = true;
        resolve(signal);
      });
    }
  });
}

/** What shells report for a program that Ctrl-C ended. */
export const EXIT_CODE_INTERRUPTED = 130;
