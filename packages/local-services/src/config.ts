import { homedir } from "node:os";
import { delimiter, join } from "node:path";

/** What the machine offers, as far as variables tell it. */
export interface Surroundings {
  /** Folders searched for `redis-server`, `valkey-server` and `mongod`, in order. */
  readonly programFolders: readonly string[];
  /** Addresses where a container engine may listen: Unix socket paths, or `tcp://host:port`. */
  readonly engineAddresses: readonly string[];
  /** Where private downloads are kept; git ignores it. */
  readonly cacheDir: string;
}

export interface LocalServicesConfig extends Surroundings {
  /** REDIS_URL and MONGODB_URI, untouched. */
  readonly redisUrl?: string;
  readonly mongoUri?: string;
}

const REPOSITORY = join(import.meta.dirname, "..", "..", "..");

/** Reads the few variables that matter here; callers without wishes pass `process.env`. */
export function readLocalServicesConfig(env: Readonly<Record<string, string | undefined>>): LocalServicesConfig {
  const dockerHost = env["DOCKER_HOST"]?.replace(/^unix:\/\//, "");
  const runtimeDir = env["XDG_RUNTIME_DIR"];
  return {
    programFolders: (env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== ""),
    engineAddresses: dockerHost
      ? [dockerHost]
      : [
          "/var/run/docker.sock",
          ...(runtimeDir ? [join(runtimeDir, "docker.sock")] : []),
          join(homedir(), ".docker", "run", "docker.sock"),
          join(homedir(), ".docker", "desktop", "docker.sock"),
        ],
    cacheDir: join(REPOSITORY, ".cache", "local-services"),
    ...(env["REDIS_URL"] ? { redisUrl: env["REDIS_URL"] } : {}),
    ...(env["MONGODB_URI"] ? { mongoUri: env["MONGODB_URI"] } : {}),
  };
}

/** The surroundings of this process. */
export function ownSurroundings(): Surroundings {
  return readLocalServicesConfig(process.env);
}
