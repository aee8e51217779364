import { Agent, request } from "node:http";

export interface JsonAnswer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked into by the tests that asked.
  readonly body: any;
}

export interface JsonCall {
  readonly method?: string;
  readonly url: string;
  readonly token?: string;
  readonly body?: unknown;
  readonly timeoutMs?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Default: one shared by all calls, with at most 100 connections. */
  readonly agent?: Agent;
}

const sharedAgent = new Agent({ keepAlive: true, maxSockets: 100 });

/** One call to a process of ours. Rejects when there is no whole answer in time. */
export function callJson({
  method = "GET",
  url,
  token,
  body,
  timeoutMs = 15_000,
  headers,
  agent = sharedAgent,
}: JsonCall): Promise<JsonAnswer> {
  const bytes = body === undefined ? undefined : Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
  return new Promise((resolve, reject) => {
    const call = request(
      url,
      {
        method,
        agent,
        signal: AbortSignal.timeout(timeoutMs),
        headers: {
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...(bytes === undefined ? {} : { "content-type": "application/json", "content-length": bytes.length }),
          ...headers,
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => resolve({ status: response.statusCode ?? 0, body: parse(Buffer.concat(chunks)) }));
      },
    );
    call.on("error", reject);
    call.end(bytes);
  });
}

function parse(bytes: Buffer): unknown {
  const text = bytes.toString("utf8");
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
