import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** What the way to a server suffers from. All of it can be switched while connections stand. */
export type Toxic =
  /** Nothing: bytes pass as they come. */
  | { readonly kind: "clear" }
  /** The server's answers arrive so much later, each chunk by up to `jitterMs` more. */
  | { readonly kind: "latency"; readonly delayMs: number; readonly jitterMs?: number }
  /** Connections are accepted, bytes go in, nothing comes out. */
  | { readonly kind: "black_hole" }
  /** Standing connections are reset, and every new one at once. */
  | { readonly kind: "reset" }
  /** The server's side is closed after its next bytes; ours stays open. */
  | { readonly kind: "half_close" }
  /** The connection is reset once so many more bytes have gone that way. */
  | { readonly kind: "cut"; readonly direction: "upstream" | "downstream"; readonly afterBytes: number }
  /** Nobody listens. */
  | { readonly kind: "refuse" };

interface Pair {
  readonly client: Socket;
  readonly server: Socket;
  upstreamBytes: number;
  downstreamBytes: number;
  lostBytes: number;
}

/** A TCP way to a server on 127.0.0.1 that a test can make bad. */
export class ChaosProxy {
  readonly port: number;
  readonly #targetPort: number;
  readonly #random: () => number;
  readonly #pairs = new Set<Pair>();
  #listener: Server;
  #toxic: Toxic = { kind: "clear" };

  private constructor(listener: Server, port: number, targetPort: number, random: () => number) {
    this.#listener = listener;
    this.port = port;
    this.#targetPort = targetPort;
    this.#random = random;
    this.#listener.on("connection", (client) => this.#accept(client));
  }

  static async open(targetPort: number, random: () => number = Math.random): Promise<ChaosProxy> {
    const listener = await listen(0);
    return new ChaosProxy(listener, portOf(listener), targetPort, random);
  }

  /** Switches the toxic; it holds from now on, for connections that stand and for new ones. */
  async suffer(toxic: Toxic): Promise<void> {
    const wasRefusing = this.#toxic.kind === "refuse";
    this.#toxic = toxic;
    for (const pair of this.#pairs) {
      pair.upstreamBytes = 0;
      pair.downstreamBytes = 0;
      if (toxic.kind === "reset" || toxic.kind === "refuse") cut(pair);
      // What a black hole swallowed is gone: a connection cannot go on after it.
      else if (toxic.kind !== "black_hole" && pair.lostBytes > 0) cut(pair);
    }
    if (toxic.kind === "refuse" && !wasRefusing) await this.#stopListening();
    if (toxic.kind !== "refuse" && wasRefusing) {
      this.#listener = await listen(this.port);
      this.#listener.on("connection", (client) => this.#accept(client));
    }
  }

  get connections(): number {
    return this.#pairs.size;
  }

  /** What the black hole took from connections that still stand. */
  get lostBytes(): number {
    return [...this.#pairs].reduce((sum, pair) => sum + pair.lostBytes, 0);
  }

  async close(): Promise<void> {
    for (const pair of this.#pairs) cut(pair);
    if (this.#listener.listening) await this.#stopListening();
  }

  async #stopListening(): Promise<void> {
    const closed = once(this.#listener, "close");
    this.#listener.close();
    await closed;
  }

  #accept(client: Socket): void {
    if (this.#toxic.kind === "reset") {
      client.on("error", () => {});
      client.resetAndDestroy();
      return;
    }
    const server = connect({ port: this.#targetPort, host: "127.0.0.1", allowHalfOpen: true });
    const pair: Pair = { client, server, upstreamBytes: 0, downstreamBytes: 0, lostBytes: 0 };
    this.#pairs.add(pair);
    client.setNoDelay(true);
    server.setNoDelay(true);
    this.#carry(pair, "upstream");
    this.#carry(pair, "downstream");
    for (const side of [client, server]) {
      side.on("error", () => cut(pair));
      side.on("close", () => {
        this.#pairs.delete(pair);
        cut(pair);
      });
    }
  }

  /** Chunks of one direction leave in the order in which they came, however late each of them is. */
  #carry(pair: Pair, direction: "upstream" | "downstream"): void {
    const [from, to] = direction === "upstream" ? [pair.client, pair.server] : [pair.server, pair.client];
    let before: Promise<void> = Promise.resolve();
    from.on("data", (chunk: Buffer) => {
      const delay = this.#delayMs(direction);
      const arrivesAt = performance.now() + delay;
      before = before.then(async () => {
        const left = arrivesAt - performance.now();
        if (left > 0) await sleep(left);
        this.#pass(pair, direction, chunk, to);
      });
    });
    from.on("end", () => void before.then(() => to.end()));
  }

  #pass(pair: Pair, direction: "upstream" | "downstream", chunk: Buffer, to: Socket): void {
    const toxic = this.#toxic;
    if (to.destroyed || toxic.kind === "refuse" || toxic.kind === "reset") return;
    if (toxic.kind === "black_hole") {
      pair.lostBytes += chunk.length;
      return;
    }
    const counter = direction === "upstream" ? "upstreamBytes" : "downstreamBytes";
    pair[counter] += chunk.length;
    if (toxic.kind === "cut" && toxic.direction === direction && pair[counter] > toxic.afterBytes) {
      const kept = chunk.length - (pair[counter] - toxic.afterBytes);
      to.write(chunk.subarray(0, Math.max(0, kept)), () => cut(pair));
      return;
    }
    to.write(chunk);
    if (toxic.kind === "half_close" && direction === "downstream") pair.client.end();
  }

  #delayMs(direction: "upstream" | "downstream"): number {
    if (this.#toxic.kind !== "latency" || direction === "upstream") return 0;
    return this.#toxic.delayMs + this.#random() * (this.#toxic.jitterMs ?? 0);
  }
}

function cut({ client, server }: Pair): void {
  if (!client.destroyed) client.resetAndDestroy();
  if (!server.destroyed) server.resetAndDestroy();
}

async function listen(port: number): Promise<Server> {
  const listener = createServer({ allowHalfOpen: true }).listen(port, "127.0.0.1");
  await once(listener, "listening");
  return listener;
}

function portOf(listener: Server): number {
  const address = listener.address();
  if (address === null || typeof address === "string") throw new Error("no TCP address for a TCP listener");
  return address.port;
}
