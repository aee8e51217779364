import { once } from "node:events";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Registry } from "prom-client";

export interface MetricsServerOptions {
  readonly host: string;
  /** 0 lets the system choose a free one. */
  readonly port: number;
  /** Told why a scrape could not be answered. */
  readonly onTrouble: (error: unknown) => void;
}

const REQUEST_TIMEOUT_MS = 5_000;

/** A door of its own for whoever watches: `GET /metrics`, and `GET /health/live` to see that the process runs. */
export class MetricsServer {
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  /** @throws the system's error when the port is taken or the host is none of this machine's. */
  static async listen(registry: Registry, { host, port, onTrouble }: MetricsServerOptions): Promise<MetricsServer> {
    const server = createServer(
      { requestTimeout: REQUEST_TIMEOUT_MS, headersTimeout: REQUEST_TIMEOUT_MS },
      (request, response) => {
        const path = (request.url ?? "").split("?", 1)[0];
        const isRead = request.method === "GET" || request.method === "HEAD";
        if (!isRead) return answer(response, 405, "Only GET is answered here.\n");
        if (path === "/health/live") return answer(response, 200, '{"status":"ok"}', "application/json");
        if (path !== "/metrics") return answer(response, 404, "The metrics are at /metrics.\n");
        registry.metrics().then(
          (text) => answer(response, 200, text, registry.contentType),
          (error: unknown) => {
            onTrouble(error);
            answer(response, 500, "The metrics could not be gathered.\n");
          },
        );
      },
    );
    server.listen(port, host);
    await once(server, "listening");
    return new MetricsServer(server);
  }

  /** Where to scrape. */
  get address(): string {
    const { address, family, port } = this.#server.address() as AddressInfo;
    return `http://${family === "IPv6" ? `[${address}]` : address}:${port}/metrics`;
  }

  async close(): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }
}

function answer(response: ServerResponse, status: number, text: string, type = "text/plain; charset=utf-8"): void {
  response.writeHead(status, { "content-type": type, "cache-control": "no-store" }).end(text);
}
