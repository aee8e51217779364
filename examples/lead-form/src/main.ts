import { CapiRelay } from "@capi-relay/sdk";
import { type Config, readConfig } from "./config.ts";
import { leadForm } from "./lead-form.ts";

function start({ relayUrl, relayApiKey, accountId, country, port }: Config): void {
  const relay = new CapiRelay({ baseUrl: relayUrl, apiKey: relayApiKey, userAgent: "lead-form/0.1" });
  const server = leadForm({ relay, accountId, country, log: console.log });
  server.once("error", ({ message }) => {
    console.error(`PORT ${port} cannot be used: ${message}`);
    process.exitCode = 1;
  });
  server.listen(port, () => console.log(`the form is at http://localhost:${port}/`));
  for (const signal of ["SIGTERM", "SIGINT"]) process.once(signal, () => server.close());
}

try {
  start(readConfig(process.env));
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
