import { resolve } from "node:path";
import { buildSandbox } from "./app.ts";
import { readSandboxConfig, type SandboxConfig, SandboxConfigError } from "./config.ts";
import { startMistake } from "./start-mistake.ts";

const config = readConfigOrExit();
const { app } = await buildSandbox(config).catch((error) => exitOver(error, "opening"));
let closing = false;
const stop = async (): Promise<void> => {
  if (closing) process.exit(1);
  closing = true;
  await app.close();
};
process.on("SIGTERM", stop);
process.on("SIGINT", stop);

const address = await app
  .listen({ host: config.host, port: config.port })
  .catch((error) => exitOver(error, "listening"));
console.log(`Meta sandbox on ${address}; accepted events go to ${resolve(config.logFile)}`);
if (config.adminTokenIsNew)
  console.log(`Admin token for this run (set SANDBOX_ADMIN_TOKEN to choose): ${config.adminToken}`);

function exitOver(error: unknown, during: "opening" | "listening"): never {
  const mistake = startMistake(error, during, config);
  if (mistake === null) throw error;
  console.error(mistake);
  process.exit(1);
}

function readConfigOrExit(): SandboxConfig {
  try {
    return readSandboxConfig(process.env);
  } catch (error) {
    if (!(error instanceof SandboxConfigError)) throw error;
    console.error(error.message);
    process.exit(1);
  }
}
