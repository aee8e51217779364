import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createConnection } from "mongoose";
import { expect, onTestFinished, test } from "vitest";
import { freePort } from "../src/free-port.ts";
import { withDatabase } from "../src/isolated-names.ts";
import { startMongo } from "../src/start-mongo.ts";
import { portAnswers } from "./fixtures/port-answers.ts";

async function collection(uri: string) {
  const connection = await createConnection(withDatabase(uri, "local-services")).asPromise();
  onTestFinished(() => connection.close(true));
  return connection.collection<{ _id: string }>("things");
}

test("journaled writes survive SIGKILL and a restart on the same port and folder; stop ends the server", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "local-services-test-"));
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
  const options = { own: true, port: await freePort(), dataDir };

  const first = await startMongo(options);
  onTestFinished(() => first.stop());
  const before = await collection(first.uri);
  await before.createIndex({ at: 1 }, { unique: true });
  await before.insertOne({ _id: "kept" }, { writeConcern: { w: "majority", journal: true } });
  await expect(before.insertOne({ _id: "kept" })).rejects.toThrow("E11000");
  await first.kill();
  expect(await portAnswers(options.port)).toBe(false);

  const second = await startMongo(options);
  onTestFinished(() => second.stop());
  expect(second.uri).toBe(first.uri);
  expect(await (await collection(second.uri)).find().toArray()).toEqual([{ _id: "kept" }]);
  await second.stop();
  expect(await portAnswers(options.port)).toBe(false);
});
