import { EventEmitter } from "node:events";
import { describe, expect, test, vi } from "vitest";
import { createLogger, Shutdown } from "../src/index.ts";

/** A process that remembers how it was left. */
class FakeProcess extends EventEmitter {
  exitCode: number | undefined;
  readonly exits: (number | undefined)[] = [];

  exit(code?: number): void {
    this.exits.push(code ?? this.exitCode ?? 0);
  }
}

function setUp(graceMs?: number) {
  const process = new FakeProcess();
  const lines: string[] = [];
  const log = createLogger({
    name: "test",
    level: "info",
    destination: { write: (line: string) => void lines.push(line) },
  });
  const shutdown = new Shutdown({ log, process, ...(graceMs === undefined ? {} : { graceMs }) });
  return { process, shutdown, lines };
}

describe("a shutdown", () => {
  test("closes in reverse order of opening, one after the other, and only once", async () => {
    const { shutdown } = setUp();
    const closed: string[] = [];
    const slowly = (name: string) => async () => {
      await new Promise((resolve) => setImmediate(resolve));
      closed.push(name);
    };
    expect(shutdown.closes("mongo", slowly("mongo"))).toBe("mongo");
    shutdown.closes({ close: slowly("redis") });
    shutdown.closes("server", slowly("server"));
    const first = shutdown.run("done");
    expect(shutdown.run("again")).toBe(first);
    await first;
    expect(closed).toEqual(["server", "redis", "mongo"]);
  });

  test("closes the others when one fails, and says so by its exit code", async () => {
    const { process, shutdown, lines } = setUp();
    const closed: string[] = [];
    shutdown.closes("first", () => closed.push("first"));
    shutdown.closes("second", () => {
      throw new Error("mongodb://user:password@host");
    });
    await shutdown.run("done");
    expect(closed).toEqual(["first"]);
    expect(process.exitCode).toBe(1);
    expect(lines.join("")).toContain("something failed to close");
    expect(lines.join("")).not.toContain("password");
  });

  test("closes what is opened while it runs", async () => {
    const { shutdown } = setUp();
    const late = vi.fn();
    shutdown.closes("early", () => shutdown.closes("late", late));
    await shutdown.run("done");
    expect(late).toHaveBeenCalledOnce();
  });

  test("gives up after the grace time and exits with an error", async () => {
    const { process, shutdown } = setUp(5);
    shutdown.closes("stuck", () => new Promise(() => {}));
    void shutdown.run("done");
    await vi.waitFor(() => expect(process.exits).toEqual([1]));
  });

  test("follows the first signal and exits with code 0 once everything is closed", async () => {
    const { process, shutdown } = setUp();
    const close = vi.fn();
    shutdown.closes("server", close);
    shutdown.onSignals("SIGTERM", "SIGINT");
    process.emit("SIGTERM");
    await vi.waitFor(() => expect(process.exits).toEqual([0]));
    expect(close).toHaveBeenCalledOnce();
  });

  test("exits at once on the second signal, whichever it is", () => {
    const { process, shutdown } = setUp(60_000);
    let finish = () => {};
    shutdown.closes("slow", () => new Promise<void>((resolve) => (finish = resolve)));
    shutdown.onSignals("SIGTERM", "SIGINT");
    process.emit("SIGTERM");
    expect(process.exits).toEqual([]);
    process.emit("SIGINT");
    expect(process.exits).toEqual([1]);
    finish();
  });

  test.each(["uncaughtException", "unhandledRejection"])("closes and exits with code 1 on %s", async (event) => {
    const { process, shutdown, lines } = setUp();
    const close = vi.fn();
    shutdown.closes("server", close);
    shutdown.onCrashes();
    process.emit(event, new Error("secret"));
    await vi.waitFor(() => expect(process.exits).toEqual([1]));
    expect(close).toHaveBeenCalledOnce();
    expect(lines[0]).toContain("an error that nobody caught");
    expect(lines.join("")).not.toContain("secret");
  });
});

describe("what is being opened when a shutdown begins", () => {
  test("neither goes on nor fails: whoever waits for it is about to end", async () => {
    const { shutdown } = setUp();
    const [succeeds, fails] = [Promise.withResolvers<string>(), Promise.withResolvers<string>()];
    const settled = vi.fn();
    for (const { promise } of [succeeds, fails]) shutdown.unlessLeaving(promise).then(settled, settled);
    await shutdown.run("SIGTERM");
    succeeds.resolve("open");
    fails.reject(new Error("closed under its feet"));
    await new Promise((resolve) => setImmediate(resolve));
    expect(settled).not.toHaveBeenCalled();
  });

  test("goes on and fails as ever without one", async () => {
    const { shutdown } = setUp();
    expect(await shutdown.unlessLeaving(Promise.resolve("open"))).toBe("open");
    await expect(shutdown.unlessLeaving(Promise.reject(new Error("away")))).rejects.toThrow("away");
  });
});
