import type { Logger } from "./logger.ts";

/** A server that is to be opened, such as a Fastify app. Resolves with the address it listens on. */
interface Listener {
  listen(place: Place): Promise<string>;
}

interface Place {
  readonly host: string;
  readonly port: number;
}

/**
 * Opens a server to its callers. Where the system does not allow that, one sentence tells why, and the process ends
 * with code 1.
 */
export async function listenOrExit(
  server: Listener,
  place: Place,
  settings: Readonly<Record<keyof Place, string>>,
  log: Pick<Logger, "fatal">,
): Promise<string> {
  try {
    return await server.listen(place);
  } catch (error) {
    const mistake = listenMistake(error, place, settings);
    if (mistake === null) throw error;
    log.fatal(mistake);
    process.exit(1);
  }
}

/**
 * What a person can do about a server that cannot listen, by name of the setting; null if it is nothing of that kind.
 */
export function listenMistake(
  error: unknown,
  { host, port }: Place,
  settings: Readonly<Record<keyof Place, string>>,
): string | null {
  switch (error instanceof Error && "code" in error ? error.code : null) {
    case "EADDRINUSE":
      return `${settings.port}: port ${port} is taken by another program; stop that one, or choose a free port.`;
    case "EACCES":
      return `${settings.port}: the system does not let this user listen on port ${port}; choose one above 1023.`;
    case "EADDRNOTAVAIL":
    case "EAI_AGAIN":
    case "EINVAL":
    case "ENOTFOUND":
      return `${settings.host}: this machine has no address "${host}"; 127.0.0.1 is itself, 0.0.0.0 all it has.`;
    default:
      return null;
  }
}
