import { randomInt } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";

/**
 * Below those that systems hand out to outgoing connections (32768 and up on Linux, 49152 on others): one of those
 * would be taken now and then by a client of ours before its server listens.
 */
const FIRST = 20_000;
const BEYOND = 32_768;
const TRIES = 100;

/**
 * A port on 127.0.0.1 that nobody listens on now. Somebody may take it before it is used; servers then fail to start.
 * @throws Error when all that were tried are taken.
 */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const port = randomInt(FIRST, BEYOND);
    if (await isFree(port)) return port;
  }
  throw new Error(`none of ${TRIES} ports between ${FIRST} and ${BEYOND} is free`);
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, "127.0.0.1");
  try {
    await once(server, "listening");
  } catch {
    return false;
  }
  server.close();
  await once(server, "close");
  return true;
}
