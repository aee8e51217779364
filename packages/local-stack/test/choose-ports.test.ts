import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { choosePorts } from "../src/choose-ports.ts";

async function takenPort(): Promise<string> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return String((server.address() as AddressInfo).port);
}

test("a taken port is told, with the variable that changes it", async () => {
  const port = await takenPort();
  const choosing = choosePorts(["api"], { free: false, env: { API_PORT: port } });
  await expect(choosing).rejects.toThrow(`Port ${port} (api) is taken. End what listens there, or set API_PORT.`);
});

test("all taken ports are told at once", async () => {
  const env = { API_PORT: await takenPort(), SANDBOX_PORT: await takenPort() };
  const choosing = choosePorts(["api", "sandbox"], { free: true, env });
  await expect(choosing).rejects.toThrow(/API_PORT.*\n.*SANDBOX_PORT/);
});

test("metrics go elsewhere when nobody said where and their usual port is taken", async () => {
  const usual = createServer().listen(9464, "127.0.0.1");
  // Whoever else has it is as good as we are.
  await once(usual, "listening").catch(() => undefined);
  onTestFinished(() => void usual.close());
  const { apiMetrics } = await choosePorts(["apiMetrics"], { free: false, env: {} });
  expect(apiMetrics).toBeGreaterThan(0);
  expect(apiMetrics).not.toBe(9464);
  const port = await takenPort();
  const choosing = choosePorts(["workerMetrics"], { free: false, env: { WORKER_METRICS_PORT: port } });
  await expect(choosing).rejects.toThrow(`Port ${port} (workerMetrics) is taken`);
});

test("free ports are different ones, and 0 asks for one too", async () => {
  const { api, dashboard, sandbox } = await choosePorts(["api", "dashboard", "sandbox"], {
    free: true,
    env: { API_PORT: "0" },
  });
  expect(new Set([api, dashboard, sandbox]).size).toBe(3);
  expect(api).toBeGreaterThan(0);
});

test("a port that is no number is told", async () => {
  const choosing = choosePorts(["api"], { free: true, env: { API_PORT: "http" } });
  await expect(choosing).rejects.toThrow("API_PORT must be a whole number from 0 to 65535.");
});
