import { describe, expect, test } from "vitest";
import { createLogger } from "../src/index.ts";

/** A logger whose lines the test can read. */
function recordingLogger(level = "info") {
  const lines: string[] = [];
  const log = createLogger({ name: "test", level, destination: { write: (line: string) => void lines.push(line) } });
  const last = (): Record<string, unknown> => JSON.parse(lines.at(-1) ?? "{}");
  return { log, lines, last };
}

const PHONE = "5511987654321";
const TOKEN = "EAATESTTOKEN";

const redisLikeError = () =>
  Object.assign(new Error(`ERR value ${PHONE} refused`), {
    name: "ReplyError",
    command: { name: "evalsha", args: [TOKEN, PHONE] },
  });
const mongoLikeError = () =>
  Object.assign(new Error(`E11000 duplicate key { phone: "${PHONE}" }`), {
    name: "MongoServerError",
    code: 11000,
    keyValue: { phone: PHONE },
    errorResponse: { op: { token: TOKEN } },
  });

class OurError extends Error {
  override readonly name = "OurError";
  readonly code = "ledger_away";

  get safeMessage(): string {
    return this.message;
  }
}

describe("a log line", () => {
  test.each([
    ["under err", (error: Error) => ({ err: error })],
    ["under error", (error: Error) => ({ error })],
    ["under another key", (error: Error) => ({ failure: error })],
    ["deep inside", (error: Error) => ({ batch: { attempts: [{ reason: error }] } })],
    ["as a cause", (error: Error) => ({ err: new OurError("fixed", { cause: error }) })],
    ["among others", (error: Error) => ({ err: new AggregateError([error]) })],
    ["in another error's shape", (error: Error) => ({ err: Object.assign(new Error("x"), { cause: { ...error } }) })],
    ["as the line itself", (error: Error) => error],
  ])("prints neither values nor messages of a driver's error %s", (_, wrap) => {
    const { log, lines } = recordingLogger();
    for (const error of [redisLikeError(), mongoLikeError()]) {
      log.error(wrap(error), "fixed text");
      log.error(wrap(error));
      log.error(wrap(error), "with %s and %o", error, error);
      log.child({ err: error }).error("from a child");
    }
    expect(lines).toHaveLength(8);
    expect(lines.join("")).not.toMatch(new RegExp(`${PHONE}|${TOKEN}`));
  });

  test("does not repeat an error's message as its text, as frameworks like to", () => {
    const { log, lines, last } = recordingLogger();
    const error = mongoLikeError();
    log.error({ err: error }, error.message);
    log.error(error, error.message);
    expect(lines.join("")).not.toContain(PHONE);
    expect(last()).toMatchObject({ msg: "error" });
  });

  test("holds an error's type, code and places", () => {
    const { log, last } = recordingLogger();
    log.error({ err: mongoLikeError() }, "the ledger refused");
    expect(last()).toMatchObject({ level: "error", name: "test", msg: "the ledger refused" });
    expect(last()["err"]).toMatchObject({ type: "MongoServerError", code: 11000 });
    expect(last()["err"]).not.toHaveProperty("message");
    expect((last()["err"] as { stack: string[] }).stack[0]).toMatch(/^at .*logger\.test\.ts:\d+:\d+/);
  });

  test("holds what Redis says is wrong, and not the command that it may repeat", () => {
    const { log, lines, last } = recordingLogger();
    const full = `OOM command not allowed when used memory > 'maxmemory', with args ${PHONE}`;
    log.error({ err: Object.assign(new Error(full), { name: "ReplyError" }) }, "not added");
    expect(last()["err"]).toMatchObject({ type: "ReplyError", code: "OOM" });
    log.error({ err: Object.assign(new Error(PHONE), { name: "ReplyError" }) }, "not added");
    expect(last()["err"]).not.toHaveProperty("code");
    expect(lines.join("")).not.toContain(PHONE);
  });

  test("holds the message of our own errors, and of causes that are ours", () => {
    const { log, last } = recordingLogger();
    log.error({ err: new OurError("the ledger is away", { cause: new OurError("no primary") }) }, "not stored");
    expect(last()["err"]).toMatchObject({
      type: "OurError",
      code: "ledger_away",
      message: "the ledger is away",
      cause: { message: "no primary" },
    });
  });

  test("takes no line of a message for a place", () => {
    const { log, lines } = recordingLogger();
    log.error({ err: new Error(`first\n    at ${PHONE} (file:///x.ts:1:1)`) }, "fixed text");
    expect(lines.join("")).not.toContain(PHONE);
  });

  test("survives what is thrown without being an error, and errors that are their own cause", () => {
    const { log, lines, last } = recordingLogger();
    for (const err of [PHONE, null, undefined, 42, { phone: PHONE }]) log.error({ err }, "fixed text");
    const circular = new OurError("around");
    circular.cause = circular;
    log.error({ err: circular }, "fixed text");
    expect(lines.join("")).not.toContain(PHONE);
    expect(last()["err"]).toMatchObject({ message: "around", cause: { message: "around" } });
  });

  test("names no host and hides what goes by a secret's or a person's name", () => {
    const { log, lines, last } = recordingLogger();
    log.info({ token: TOKEN, account: { accessToken: TOKEN, contact: { phoneE164: PHONE } } }, "fixed text");
    log.info({ headers: { authorization: TOKEN, "x-api-key": TOKEN } }, "fixed text");
    log.info({ batch: { events: [{ toJSON: () => ({ ctwaClid: TOKEN, waId: PHONE }) }] } }, "fixed text");
    log.child({ token: TOKEN, phone: PHONE }).info("from a child");
    expect(lines.join("")).not.toMatch(new RegExp(`${PHONE}|${TOKEN}`));
    expect(last()).not.toHaveProperty("hostname");
  });

  test("shows of a request its method and path, not its query, headers or caller", () => {
    const { log, last } = recordingLogger();
    const headers = { authorization: TOKEN };
    log.info({ req: { id: "r1", method: "GET", url: `/v1/x?token=${TOKEN}`, headers, ip: "1.2.3.4" } }, "request");
    expect(last()["req"]).toEqual({ id: "r1", method: "GET", path: "/v1/x" });
  });

  test("is bounded, however long, wide, deep or round its values are", () => {
    const { log, lines } = recordingLogger();
    const round: Record<string, unknown> = {};
    round["self"] = round;
    log.info({ long: "x".repeat(1e6), wide: Array(1e5).fill("y"), bytes: Buffer.alloc(1e6), round }, "z".repeat(1e6));
    log.info("z".repeat(1e6));
    for (const line of lines) expect(line.length).toBeLessThan(5_000);
  });

  test("keeps dates and plain values as they are", () => {
    const { log, last } = recordingLogger();
    log.info({ at: new Date(0), count: 3, ok: true, list: ["a"], nothing: null }, "fixed text");
    expect(last()).toMatchObject({ at: "1970-01-01T00:00:00.000Z", count: 3, ok: true, list: ["a"], nothing: null });
  });

  test("below the level is not written", () => {
    const { log, lines } = recordingLogger("warn");
    log.info("nobody reads this");
    expect(lines).toEqual([]);
  });
});
