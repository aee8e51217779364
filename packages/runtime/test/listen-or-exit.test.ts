import { createServer } from "node:net";
import { expect, onTestFinished, test, vi } from "vitest";
import { listenMistake, listenOrExit } from "../src/index.ts";

const SETTINGS = { host: "API_HOST", port: "API_PORT" };

const opened = (place: { host: string; port: number }) =>
  new Promise<string>((resolve, reject) => {
    const server = createServer();
    onTestFinished(() => void server.close());
    server.once("error", reject).listen(place.port, place.host, () => resolve(String(portOf(server))));
  });
const portOf = (server: ReturnType<typeof createServer>) => (server.address() as { port: number }).port;

test("a port that is taken ends the process with a sentence that names the setting", async () => {
  const port = Number(await opened({ host: "127.0.0.1", port: 0 }));
  const exit = vi.spyOn(process, "exit").mockImplementation(() => {
    throw new Error("exited");
  });
  onTestFinished(() => exit.mockRestore());
  const fatal = vi.fn();
  const listening = listenOrExit({ listen: opened }, { host: "127.0.0.1", port }, SETTINGS, { fatal });
  await expect(listening).rejects.toThrow("exited");
  expect(exit).toHaveBeenCalledExactlyOnceWith(1);
  expect(fatal).toHaveBeenCalledExactlyOnceWith(expect.stringMatching(`^API_PORT: port ${port} is taken`));
});

test("an address of another machine, of a link, or that nobody knows is told by the name of its setting", async () => {
  for (const host of ["203.0.113.7", "fe80::1", "nobody.invalid"]) {
    const error = await opened({ host, port: 0 }).catch((refused: unknown) => refused);
    expect(listenMistake(error, { host, port: 0 }, SETTINGS)).toMatch(new RegExp(`^API_HOST: .*"${host}"`));
  }
});

test("a name that cannot be looked up, for want of a name server, is told alike", () => {
  const error = Object.assign(new Error("getaddrinfo"), { code: "EAI_AGAIN" });
  expect(listenMistake(error, { host: "relay", port: 0 }, SETTINGS)).toMatch(/^API_HOST: .*"relay"/);
});

test("a port for the system alone says which ports are not", () => {
  const error = Object.assign(new Error("listen"), { code: "EACCES" });
  expect(listenMistake(error, { host: "127.0.0.1", port: 80 }, SETTINGS)).toMatch(/^API_PORT: .*port 80; .*1023/);
});

test("any other trouble is not explained away, and a free port is listened on", async () => {
  expect(listenMistake(new TypeError("no"), { host: "127.0.0.1", port: 1 }, SETTINGS)).toBeNull();
  const fatal = vi.fn();
  await listenOrExit({ listen: opened }, { host: "127.0.0.1", port: 0 }, SETTINGS, { fatal });
  expect(fatal).not.toHaveBeenCalled();
});
