import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { renderSteps } from "../src/steps/render-steps.ts";
import { readWorkerProfile } from "../src/steps/worker-profile.ts";

const PACKAGES = "file:///app/node_modules/.pnpm";
const frame = (id: number, functionName: string, url: string, children: number[] = []) => ({
  id,
  callFrame: { functionName, url },
  children,
});
/** Each sample is of the node with its number. */
const PROFILE = {
  startTime: 1_000,
  nodes: [
    frame(1, "(root)", "", [2, 3, 4, 6]),
    frame(2, "(idle)", ""),
    frame(3, "(garbage collector)", ""),
    frame(4, "deliverEvent", "file:///app/apps/worker/src/deliver-event.ts", [5]),
    frame(5, "sendCommand", `${PACKAGES}/ioredis@5.0.0/node_modules/ioredis/built/Redis.js`, [7]),
    frame(6, "onread", "node:internal/stream_base_commons"),
    frame(7, "write", "node:net"),
  ],
  samples: [2, 3, 4, 5, 6, 7, 4],
  timeDeltas: [10, 20, 30, 40, 50, 60, 70],
};

test("a worker's time belongs to the innermost owner on the stack, within the span that is asked for", async () => {
  const folder = await mkdtemp(join(tmpdir(), "capi-relay-profile-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, "CPU.1.cpuprofile"), JSON.stringify(PROFILE));
  const spent = await readWorkerProfile(folder, { fromUs: 1_000, toUs: 1_210 });
  expect(Object.fromEntries(spent)).toEqual({
    "collecting garbage": 20,
    "the turn itself": 30,
    // Its own 40, and the 60 that Node's socket took on its behalf.
    "BullMQ and Redis' client": 100,
    "Node: sockets": 50,
  });
});

test("the picture has a bar for each step, none of them wider than a terminal", () => {
  const picture = renderSteps({
    perSecond: 1_200,
    measured: { worker: 500, redis: 200, mongo: 600 },
    worker: new Map([
      ["the turn itself", 50],
      ["MongoDB's driver", 100],
    ]),
    mongo: new Map([["record", 99_999]]),
  });
  const lines = picture.split("\n");
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
  expect(lines.findIndex((line) => line.includes("MongoDB's driver"))).toBeLessThan(
    lines.findIndex((line) => line.includes("the turn itself")),
  );
});
