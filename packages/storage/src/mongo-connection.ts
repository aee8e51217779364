import { setTimeout as sleep } from "node:timers/promises";
import mongoose, { type Connection } from "mongoose";
import { type Collections, collectionsOf, type NativeCollections, nativeCollectionsOf } from "./collections.ts";
import { StorageUnavailable } from "./storage-error.ts";

mongoose.set("strictQuery", "throw");
mongoose.set("sanitizeFilter", true);

export interface MongoOptions {
  /** Shown in the server's logs and in `currentOp`: which of our processes asks. */
  readonly appName: string;
  /** Told of each failed first connection, with a fixed text; the driver reconnects by itself afterwards. */
  readonly onConnectFailure?: (error: unknown) => void;
}

/**
 * The process's way to MongoDB. It connects in the background and keeps trying, so a process may start before its
 * database: until then every operation fails with `StorageUnavailable` within about five seconds.
 */
export class MongoConnection {
  readonly collections: Collections;
  readonly native: NativeCollections;
  readonly #connection: Connection;
  readonly #connected: Promise<void>;
  #closing = false;

  constructor(uri: string, options: MongoOptions) {
    this.#connection = mongoose.createConnection();
    this.collections = collectionsOf(this.#connection);
    this.native = nativeCollectionsOf(this.collections);
    this.#connected = this.#keepConnecting(uri, options);
  }

  /** Resolves once the first connection stands; rejects if it was closed before. */
  async connected(): Promise<this> {
    await this.#connected;
    if (this.#closing) throw new StorageUnavailable(new Error("closed"));
    return this;
  }

  /** Rejects when the primary does not answer. */
  async ping(): Promise<void> {
    const database = this.#connection.db;
    if (database === undefined) throw new Error("MongoDB is not connected yet.");
    await database.command({ ping: 1 }, { readPreference: "primary", timeoutMS: 2_000 });
  }

  async close(): Promise<void> {
    this.#closing = true;
    await this.#connected;
    await this.#connection.close();
  }

  async #keepConnecting(uri: string, { appName, onConnectFailure }: MongoOptions): Promise<void> {
    // The driver retries a lost connection by itself, but never a failed first one.
    while (!this.#closing) {
      try {
        await this.#connection.openUri(uri, { ...CONNECTION_OPTIONS, appName });
        return;
      } catch (error) {
        onConnectFailure?.(error);
        await sleep(1_000);
      }
    }
  }
}

const CONNECTION_OPTIONS = {
  bufferCommands: false,
  autoIndex: false,
  autoCreate: false,
  serverSelectionTimeoutMS: 5_000,
  connectTimeoutMS: 5_000,
  socketTimeoutMS: 20_000,
  waitQueueTimeoutMS: 2_000,
  heartbeatFrequencyMS: 5_000,
  maxPoolSize: 50,
  minPoolSize: 2,
  // A 202 is a promise: the row must survive the loss of the primary and of the power. Each by its own name, since
  // `journal=false` in the address wins over `writeConcern`.
  w: "majority",
  journal: true,
  wtimeoutMS: 5_000,
} as const;
