import { basename, join } from "node:path";
import { unpackedDebian } from "./debian-unpack.ts";
import { type Choice, startFirstAvailable } from "./first-available.ts";
import { type GuardedProcess, startGuarded } from "./guarded-process.ts";
import { isUnavailable, type LocalServer, type LocalServerOptions, type StartRequest } from "./local-server.ts";
import { nothingToStop } from "./nothing-to-stop.ts";
import { onPort } from "./on-port.ts";
import { programOnPath } from "./program-on-path.ts";
import { startContainer } from "./start-container.ts";

export interface LocalRedis extends LocalServer {
  /** `redis://…`; for a given server exactly what was given. */
  readonly url: string;
}

/** What BullMQ needs (nothing evicted), kept on disk as in production; no snapshots, the append-only file is enough. */
const SETTINGS = "--appendonly yes --appendfsync everysec --maxmemory-policy noeviction".split(" ");
const PROCESS_SETTINGS = [...SETTINGS, "--bind", "127.0.0.1", "--daemonize", "no", "--save", ""];

/**
 * A real Redis: the given one, else a container, else `redis-server` or `valkey-server` on PATH, else Debian 13's Redis
 * unpacked into a private folder. `extraArgs` come last and so override: `["--appendfsync", "always"]`.
 * @throws NoLocalServiceError naming every choice and why it is not there.
 */
export function startRedis(options: LocalServerOptions = {}): Promise<LocalRedis> {
  if (options.given !== undefined && !options.own) {
    return Promise.resolve({ ...nothingToStop("Redis from REDIS_URL"), url: options.given });
  }
  return startFirstAvailable({ name: "Redis", variable: "REDIS_URL" }, CHOICES, options);
}

const CHOICES: readonly Choice<LocalRedis>[] = [
  {
    origin: "container",
    name: "a container",
    start: async (request) => {
      const plan = {
        image: "redis:8",
        command: ["redis-server", ...SETTINGS, ...request.extraArgs],
        port: 6379,
        dataPath: "/data",
      };
      const started = await startContainer(plan, request);
      return isUnavailable(started) ? started : { ...started, url: `redis://${started.address}` };
    },
  },
  {
    origin: "binary",
    name: "a program on PATH",
    start: async (request) => {
      const program = await programOnPath(["redis-server", "valkey-server"], request.surroundings.programFolders);
      if (program === undefined) return { unavailable: "no redis-server and no valkey-server there" };
      return startProcess("binary", basename(program), [program], request);
    },
  },
  {
    origin: "unpacked",
    name: "a private copy of Debian 13's Redis",
    start: async (request) => {
      const debian = await unpackedDebian(request.surroundings.cacheDir, request.onProgress);
      if (isUnavailable(debian)) return debian;
      // One program with two names: it takes its role from argv[0].
      const program = join(debian.root, "usr", "bin", "redis-check-rdb");
      const start = [debian.loader, "--argv0", "redis-server", "--library-path", debian.libraries, program];
      return startProcess("unpacked", "Debian 13's redis-server, unpacked privately,", start, request);
    },
  },
];

function startProcess(
  origin: "binary" | "unpacked",
  what: string,
  [program = "", ...args]: readonly string[],
  request: StartRequest,
): Promise<LocalRedis> {
  return onPort(request.port, async (port) => {
    const server: GuardedProcess = await startGuarded({
      name: "redis",
      programFolders: request.surroundings.programFolders,
      dataDir: request.dataDir,
      command: ({ dataDir }) => ({
        program,
        args: [...args, "--port", String(port), "--dir", dataDir, ...PROCESS_SETTINGS, ...request.extraArgs],
      }),
      // Written after its data is loaded; Redis and Valkey use the same words.
      readyWhen: /Ready to accept connections/,
    });
    return { ...server, origin, describe: `${what} on 127.0.0.1:${port}`, url: `redis://127.0.0.1:${port}` };
  });
}
