import { resolve } from "node:path";
import { buildSandbox } from "./app.ts";
import { readSandboxConfig, type SandboxConfig, SandboxConfigError } from "./config.ts";

const config = readConfigOrExit();
const { app } = await buildSandbox(config);
let closing = false;
const stop = async (): Promise<void> => {
  if (closing) process.exit(1);
  closing = true;
  await app.close();
};
process.on("SIGTERM", stop);
process.on("SIGINT", stop);

const address = await app.listen({ host: config.host, port: config.port }).catch((error: NodeJS.ErrnoException) => {
  if (error.code !== "EADDRINUSE") throw error;
  console.error(`SANDBOX_PORT: port ${config.port} is taken by another program; stop that one, or choose a free port.`);
  process.exit(1);
});
console.log(`Meta sandbox on ${address}; accepted events go to ${resolve(config.logFile)}`);
if (config.adminTokenIsNew)
  console.log(`Admin token for this run (set SANDBOX_ADMIN_TOKEN to choose): ${config.adminToken}`);

function readConfigOrExit(): SandboxConfig {
  try {
    return readSandboxConfig(process.env);
  } catch (error) {
    if (!(error instanceof SandboxConfigError)) throw error;
    console.error(error.message);
    process.exit(1);
  }
}
