import { resolve } from "node:path";
import { ownSurroundings } from "./config.ts";
import {
  isUnavailable,
  type LocalServer,
  type LocalServerOptions,
  type Origin,
  type StartRequest,
  type Unavailable,
} from "./local-server.ts";

export interface Choice<Server extends LocalServer> {
  readonly origin: Exclude<Origin, "given">;
  /** As people call it: "a container". */
  readonly name: string;
  start(request: StartRequest): Promise<Server | Unavailable>;
}

/** No choice is there; the message lists each with its reason and says what to do. */
export class NoLocalServiceError extends Error {
  override readonly name = "NoLocalServiceError";
}

/**
 * Tries the choices in order. One that is not there is passed over; one that is there and fails is an error at once, so
 * that nobody searches in the wrong place.
 */
export async function startFirstAvailable<Server extends LocalServer>(
  service: { name: string; variable: string },
  choices: readonly Choice<Server>[],
  options: LocalServerOptions,
): Promise<Server> {
  const request = {
    port: options.port,
    extraArgs: options.extraArgs ?? [],
    surroundings: options.surroundings ?? ownSurroundings(),
    onProgress: (line: string) => options.onProgress?.(line),
  };
  const reasons = [
    options.own ? `${service.variable}: a server of its own was asked for` : `${service.variable}: not set`,
  ];
  for (const choice of choices) {
    const answer = await tryChoice(choice, options, request);
    if (!isUnavailable(answer)) return answer;
    reasons.push(`${choice.name}: ${answer.unavailable}`);
  }
  throw new NoLocalServiceError(
    [
      `No ${service.name} can be used or started here. Tried, in this order:`,
      ...reasons.map((reason, index) => `  ${index + 1}. ${reason}`),
      `Set ${service.variable} to a running server, start a container engine (Docker), or install ${service.name}.`,
    ].join("\n"),
  );
}

async function tryChoice<Server extends LocalServer>(
  choice: Choice<Server>,
  options: LocalServerOptions,
  request: Omit<StartRequest, "dataDir">,
): Promise<Server | Unavailable> {
  if (options.without?.includes(choice.origin)) return { unavailable: "switched off by the caller" };
  if (options.own && choice.origin === "container") return { unavailable: "has no process to kill or freeze" };
  const dataDir = options.dataDir === undefined ? undefined : resolve(options.dataDir, choice.origin);
  return choice.start({ ...request, dataDir });
}
