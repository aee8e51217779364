import { freePort } from "./free-port.ts";

const TRIES = 3;

/** Starts on the given port, or on a free one; if somebody takes that one in between, on another. */
export async function onPort<T>(wanted: number | undefined, start: (port: number) => Promise<T>): Promise<T> {
  if (wanted !== undefined) return start(wanted);
  for (let tries = 1; ; tries += 1) {
    try {
      return await start(await freePort());
    } catch (error) {
      const taken = error instanceof Error && /in use/i.test(error.message);
      if (!taken || tries === TRIES) throw error;
    }
  }
}
