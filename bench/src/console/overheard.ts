import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import mongoose from "mongoose";

/** A command as a driver sent it, ready to be sent again or explained. */
export type Command = mongoose.mongo.Document;

const OP_MSG = 2013;
const HEADER_BYTES = 16;
/** Of an OP_MSG: header, flags, and the kind of its first section, which is the command itself. */
const BODY_AT = HEADER_BYTES + 4 + 1;

/**
 * A way to MongoDB that writes down every command which passes: what a process asks is told by the process itself,
 * whatever the server can log.
 */
export class Overheard {
  readonly uri: string;
  readonly commands: Command[] = [];
  readonly #close: () => void;

  private constructor(uri: string, close: () => void) {
    this.uri = uri;
    this.#close = close;
  }

  static async listen(mongoUri: string): Promise<Overheard> {
    const { host: target } = new URL(mongoUri);
    const { hostname, port } = new URL(`tcp://${target}`);
    const clients = new Set<Socket>();
    const server = createServer((client) => {
      clients.add(client);
      const served = connect(Number(port), hostname);
      const listener = new CommandReader((command) => overheard.commands.push(command));
      client.on("data", (bytes: Buffer) => listener.read(bytes));
      client.pipe(served);
      served.pipe(client);
      client.on("error", () => served.destroy());
      served.on("error", () => client.destroy());
      client.on("close", () => {
        clients.delete(client);
        served.destroy();
      });
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    const own = typeof address === "object" && address !== null ? address.port : 0;
    const overheard = new Overheard(mongoUri.replace(target, `127.0.0.1:${own}`), () => {
      server.close();
      for (const client of clients) client.destroy();
    });
    return overheard;
  }

  close(): void {
    this.#close();
  }
}

/** Puts the messages of one connection together again. */
class CommandReader {
  readonly #found: (command: Command) => void;
  #rest = Buffer.alloc(0);

  constructor(found: (command: Command) => void) {
    this.#found = found;
  }

  read(bytes: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    while (this.#rest.length >= HEADER_BYTES) {
      const length = this.#rest.readInt32LE(0);
      if (this.#rest.length < length) return;
      const message = this.#rest.subarray(0, length);
      this.#rest = this.#rest.subarray(length);
      if (message.readInt32LE(12) === OP_MSG && message[BODY_AT - 1] === 0)
        this.#found(mongoose.mongo.BSON.deserialize(message.subarray(BODY_AT, BODY_AT + message.readInt32LE(BODY_AT))));
    }
  }
}
