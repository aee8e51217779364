import { embeddedMongoCommand } from "./embedded-mongo-command.ts";
import { type Choice, startFirstAvailable } from "./first-available.ts";
import { startGuarded } from "./guarded-process.ts";
import { isUnavailable, type LocalServer, type LocalServerOptions, type StartRequest } from "./local-server.ts";
import { nothingToStop } from "./nothing-to-stop.ts";
import { onPort } from "./on-port.ts";
import { programOnPath } from "./program-on-path.ts";
import { startContainer } from "./start-container.ts";

export interface LocalMongo extends LocalServer {
  /** `mongodb://…` without a database name; for a given server exactly what was given. */
  readonly uri: string;
}

/**
 * A real MongoDB: the given one, else a container (a replica set of one), else `mongod` on PATH, else MongoDB's own
 * engine embedded in a process of its own. The last two know neither transactions nor retryable writes, and their URI
 * says so.
 * @throws NoLocalServiceError naming every choice and why it is not there.
 */
export function startMongo(options: LocalServerOptions = {}): Promise<LocalMongo> {
  if (options.given !== undefined && !options.own) {
    return Promise.resolve({ ...nothingToStop("MongoDB from MONGODB_URI"), uri: options.given });
  }
  return startFirstAvailable({ name: "MongoDB", variable: "MONGODB_URI" }, CHOICES, options);
}

/** Sets up the replica set unless the data folder already holds one, then waits until it takes writes. */
const INITIATE = `
  try { rs.status() } catch { rs.initiate({ _id: "rs0", members: [{ _id: 0, host: "127.0.0.1:27017" }] }) }
  while (!db.hello().isWritablePrimary) sleep(50)`;

const CHOICES: readonly Choice<LocalMongo>[] = [
  {
    origin: "container",
    name: "a container",
    start: async (request) => {
      const started = await startContainer(
        {
          image: "mongo:8",
          command: ["mongod", "--replSet", "rs0", "--bind_ip_all", ...request.extraArgs],
          port: 27017,
          dataPath: "/data/db",
          afterStart: async (container) => {
            const { exitCode, output } = await container.exec(["mongosh", "--quiet", "--eval", INITIATE]);
            if (exitCode !== 0) throw new Error(`the replica set did not start: ${output}`);
          },
        },
        request,
      );
      return isUnavailable(started)
        ? started
        : { ...started, uri: `mongodb://${started.address}/?directConnection=true` };
    },
  },
  {
    origin: "binary",
    name: "a program on PATH",
    start: async (request) => {
      const program = await programOnPath(["mongod"], request.surroundings.programFolders);
      if (program === undefined) return { unavailable: "no mongod there" };
      return startProcess("binary", "mongod", request, ({ dataDir, port }) => ({
        program,
        args: [
          "--dbpath",
          dataDir,
          "--port",
          String(port),
          "--bind_ip",
          "127.0.0.1",
          "--nounixsocket",
          ...request.extraArgs,
        ],
      }));
    },
  },
  {
    origin: "embedded",
    name: "MongoDB's embedded engine",
    start: async (request) => {
      const host = await embeddedMongoCommand(request);
      if (isUnavailable(host)) return host;
      return startProcess("embedded", "MongoDB's embedded engine", request, ({ dataDir, port }) => ({
        program: host.program,
        args: [...host.args, dataDir, String(port)],
      }));
    },
  },
];

function startProcess(
  origin: "binary" | "embedded",
  what: string,
  request: StartRequest,
  command: (place: { dataDir: string; port: number }) => { program: string; args: readonly string[] },
): Promise<LocalMongo> {
  return onPort(request.port, async (port) => {
    const server = await startGuarded({
      name: "mongo",
      programFolders: request.surroundings.programFolders,
      dataDir: request.dataDir,
      command: ({ dataDir }) => command({ dataDir, port }),
      // mongod's words; the embedded host uses the same.
      readyWhen: /Waiting for connections/,
      ...(origin === "embedded" ? { diesOn: "SIGUSR2" } : {}),
    });
    const uri = `mongodb://127.0.0.1:${port}/?directConnection=true&retryWrites=false`;
    return { ...server, origin, describe: `${what} on 127.0.0.1:${port}`, uri };
  });
}
