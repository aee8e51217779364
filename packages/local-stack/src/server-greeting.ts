import { connect as connectPlain, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import type { Address } from "./server-address.ts";

const TIMEOUT_MS = 5_000;

/** Logs in where the address says how, and pings. @throws Error when what listens there is no Redis that lets us in. */
export async function askRedis(address: Address): Promise<void> {
  // Over TLS no password leaves before the certificate is checked, which is the client's work.
  const login = address.tls ? undefined : address.login;
  const auth = login === undefined ? "" : command("AUTH", ...(login.user === "" ? [] : [login.user]), login.password);
  const answer = await exchange(address, Buffer.from(auth + command("PING")), (heard) => {
    const text = heard.toString("latin1");
    return /\+PONG\r\n/.test(text) || /^-[^\r]*\r\n/m.test(text);
  });
  const text = answer.toString("latin1");
  if (!address.tls && /^-(WRONGPASS|NOAUTH|ERR [^\r]*(AUTH|password))/m.test(text)) {
    throw new Error("it refuses the user name or password");
  }
  // LOADING and its kin pass by themselves.
  if (!/^[+-]/.test(text)) throw new Error("what answers is no Redis");
}

/** Says hello. @throws Error when what listens there is no MongoDB. */
export async function askMongo(address: Address): Promise<void> {
  const answer = await exchange(address, HELLO, (heard) => heard.length >= HEADER_BYTES);
  if (answer.length < HEADER_BYTES || answer.readInt32LE(12) !== OP_MSG) throw new Error("what answers is no MongoDB");
}

/** A command as Redis reads it: a list of texts, each with its length in bytes. */
function command(...words: readonly string[]): string {
  return `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join("")}`;
}

const HEADER_BYTES = 16;
const OP_MSG = 2013;
const HELLO = helloMessage();

/** `{ hello: 1, $db: "admin" }` as BSON in an OP_MSG. Source: MongoDB, "Wire Protocol". */
function helloMessage(): Buffer {
  const fields = Buffer.from("\x10hello\0\x01\0\0\0\x02$db\0\x06\0\0\0admin\0\0", "latin1");
  const message = Buffer.alloc(HEADER_BYTES + 5 + 4 + fields.length);
  message.writeInt32LE(message.length, 0);
  message.writeInt32LE(1, 4);
  message.writeInt32LE(OP_MSG, 12);
  message.writeInt32LE(4 + fields.length, HEADER_BYTES + 5);
  fields.copy(message, HEADER_BYTES + 9);
  return message;
}

/** Sends one message and collects what comes back until it is enough, or the other side closes. */
function exchange(
  { host, port, tls }: Address,
  message: Buffer,
  isEnough: (heard: Buffer) => boolean,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    // Whether a certificate is to be trusted is the client's question, and has options we do not read here; nothing
    // secret is sent.
    const socket: Socket = tls
      ? connectTls({ host, port, servername: host, rejectUnauthorized: false })
      : connectPlain({ host, port });
    let heard = Buffer.alloc(0);
    const timer = setTimeout(() => socket.destroy(new Error("no answer within 5 seconds")), TIMEOUT_MS);
    socket.once(tls ? "secureConnect" : "connect", () => socket.write(message));
    socket.on("data", (bytes: Buffer) => {
      heard = Buffer.concat([heard, bytes]);
      if (isEnough(heard)) socket.destroy();
    });
    socket.on("error", reject);
    socket.on("close", () => {
      clearTimeout(timer);
      if (heard.length > 0) resolve(heard);
      else reject(new Error("it closes the connection without an answer"));
    });
  });
}
