import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { expect, inject, onTestFinished, test } from "vitest";
import { demandServers } from "../src/demand-servers.ts";
import { mongoAddresses, redisAddress } from "../src/server-address.ts";

async function listening(onConnection: (socket: Socket) => void): Promise<number> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket.on("error", () => {}));
    onConnection(socket);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

test("servers that are there are not complained about", async () => {
  await demandServers({ REDIS_URL: inject("redisUrl"), MONGODB_URI: inject("mongoUri") });
  await demandServers({});
});

test("one member of a replica set that answers is enough", async () => {
  const uri = inject("mongoUri").replace("mongodb://", "mongodb://127.0.0.1:1,");
  await demandServers({ MONGODB_URI: uri });
});

test("each server that is not there is one sentence with its variable, and no word of its address", async () => {
  const env = {
    REDIS_URL: "redis://canary:canary@127.0.0.1:1",
    MONGODB_URI: "mongodb://canary:canary@127.0.0.1:1/canary",
  };
  const complaint = String(await demandServers(env).catch((error: unknown) => error));
  expect(complaint).toMatch(/REDIS_URL: no Redis .*ECONNREFUSED.*\nMONGODB_URI: no MongoDB .*ECONNREFUSED/);
  expect(complaint).not.toMatch(/canary|127\.0/);
});

test("a port that takes connections and says nothing is told within 8 seconds", async () => {
  const port = await listening(() => {});
  const startedAt = performance.now();
  await expect(demandServers({ MONGODB_URI: `mongodb://127.0.0.1:${port}` })).rejects.toThrow("no answer");
  expect(performance.now() - startedAt).toBeLessThan(8_000);
});

test("something else on the port is not taken for the server", async () => {
  const port = await listening((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
  const env = { REDIS_URL: `redis://127.0.0.1:${port}`, MONGODB_URI: `mongodb://127.0.0.1:${port}` };
  await expect(demandServers(env)).rejects.toThrow(/answers is no Redis.*\n.*answers is no MongoDB/);
});

test("a refused password is told as one", async () => {
  const port = await listening((socket) => socket.write("-WRONGPASS invalid username-password pair\r\n"));
  const env = { REDIS_URL: `redis://:canary@127.0.0.1:${port}` };
  await expect(demandServers(env)).rejects.toThrow("REDIS_URL: no Redis can be used there (it refuses the user name");
});

test("addresses are read with their members, ports, logins and TLS", () => {
  expect(redisAddress("rediss://me:p%40ss@[::1]:6380/2")).toEqual({
    host: "::1",
    port: 6380,
    tls: true,
    login: { user: "me", password: "p@ss" },
  });
  expect(mongoAddresses("mongodb://u:p@a,b:27018/db?replicaSet=rs0&tls=true")).toEqual([
    { host: "a", port: 27017, tls: true },
    { host: "b", port: 27018, tls: true },
  ]);
});

test.each(["mongodb+srv://u:p@host/db", "mongodb://u:pa/ss@host", "mongodb://%2Ftmp%2Fmongo.sock", "nonsense"])(
  "%s is left to the processes",
  (uri) => expect(mongoAddresses(uri)).toEqual([]),
);
