import { type AddressInfo, createServer, type Server, type Socket } from "node:net";

/** One HTTP request as it came over the wire. */
export interface RawRequest {
  readonly head: string;
  readonly body: string;
}

/** A TCP server that reads HTTP requests and leaves every byte of the answer to the test. */
export class RawServer {
  readonly requests: RawRequest[] = [];
  readonly sockets = new Set<Socket>();
  connections = 0;
  readonly #server: Server;

  private constructor(answer: (socket: Socket, request: RawRequest, index: number) => void) {
    this.#server = createServer({ allowHalfOpen: true }, (socket) => {
      this.connections += 1;
      this.sockets.add(socket);
      socket.on("close", () => this.sockets.delete(socket));
      socket.on("error", () => {});
      socket.on("end", () => socket.end());
      let received = "";
      socket.on("data", (chunk) => {
        received += chunk.toString("latin1");
        const headEnd = received.indexOf("\r\n\r\n");
        if (headEnd < 0) return;
        const length = Number(/content-length: (\d+)/i.exec(received)?.[1] ?? 0);
        if (received.length < headEnd + 4 + length) return;
        const request = { head: received.slice(0, headEnd), body: received.slice(headEnd + 4) };
        received = "";
        this.requests.push(request);
        answer(socket, request, this.requests.length - 1);
      });
    });
  }

  static async start(answer: (socket: Socket, request: RawRequest, index: number) => void): Promise<RawServer> {
    const server = new RawServer(answer);
    await new Promise<void>((resolve) => server.#server.listen(0, "127.0.0.1", resolve));
    return server;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    if (!this.#server.listening) return;
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}

/** A whole HTTP answer with a correct length. */
export function httpAnswer(status: number, body: string, headers: Record<string, string> = {}): string {
  const lines = Object.entries({ "content-type": "application/json", ...headers }).map(([k, v]) => `${k}: ${v}\r\n`);
  return `HTTP/1.1 ${status} Whatever\r\n${lines.join("")}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

export const RECEIVED_ONE = '{"events_received":1,"messages":[],"fbtrace_id":"A1"}';
