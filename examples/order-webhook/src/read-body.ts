import type { IncomingMessage } from "node:http";

const MAX_BYTES = 1024 * 1024;

/** The body's very bytes, which the signature is about; null when there are more than an order can have. */
export async function readBody(request: IncomingMessage): Promise<Buffer | null> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length;
    // Read on, but keep nothing: whoever still sends does not hear an answer.
    if (bytes <= MAX_BYTES) parts.push(part);
  }
  return bytes <= MAX_BYTES ? Buffer.concat(parts) : null;
}
