import type { Surroundings } from "./config.ts";

/** Where a server came from: in the order in which the choices are tried. */
export type Origin = "given" | "container" | "binary" | "unpacked" | "embedded";

export interface LocalServer {
  readonly origin: Origin;
  /** One line for people: what it is, and where. Never holds credentials. */
  readonly describe: string;
  /** The folder that holds the data, for servers that run as our processes. */
  readonly dataDir?: string;
  /** The server's own process, to freeze (SIGSTOP) or kill; absent for given servers and containers. */
  readonly pid?: number;
  /** Resolves when the server's process has ended, by `stop` or by itself; absent where it is no process of ours. */
  readonly ended?: Promise<ServerEnding>;
  /** Ends the server in order and resolves when it is gone. Does nothing to a given server. May be called twice. */
  stop(): Promise<void>;
  /** SIGKILL; resolves when the process is gone. Rejects for given servers and containers. */
  kill(): Promise<void>;
}

/** How a server ended: "exit code 1", "SIGKILL". */
interface ServerEnding {
  readonly ended: string;
}

export interface LocalServerOptions {
  /** Address of a server somebody else runs (REDIS_URL, MONGODB_URI): used as it is, and nothing is started. */
  readonly given?: string | undefined;
  /**
   * Kept by the caller; each origin has its own folder in it, because versions differ in what they can read. Default: a
   * temporary folder, removed when the server ends.
   */
  readonly dataDir?: string;
  /** On 127.0.0.1; default: a free one. */
  readonly port?: number;
  /** Extra arguments, only for servers started as a process. */
  readonly extraArgs?: readonly string[];
  /** Told what takes long (downloads, unpacking), line by line. */
  onProgress?(line: string): void;
  /** For destructive tests: `given` is ignored, containers too, since a process to kill and freeze is needed. */
  readonly own?: boolean;
  /** Choices to leave out. */
  readonly without?: readonly Origin[];
  /** Default: what this process's environment says. */
  readonly surroundings?: Surroundings;
}

/** The options once `startRedis` or `startMongo` has filled the gaps. */
export interface StartRequest {
  readonly dataDir: string | undefined;
  readonly port: number | undefined;
  readonly extraArgs: readonly string[];
  readonly surroundings: Surroundings;
  onProgress(line: string): void;
}

/** A choice that is not there, with the reason in a few words. */
export interface Unavailable {
  readonly unavailable: string;
}

export function isUnavailable(answer: object): answer is Unavailable {
  return "unavailable" in answer;
}
