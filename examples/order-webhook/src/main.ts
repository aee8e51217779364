import { CapiRelay } from "@capi-relay/sdk";
import { type Config, readConfig } from "./config.ts";
import { orderWebhooks } from "./order-webhooks.ts";

function start({ relayUrl, relayApiKey, accountId, secrets, port }: Config): void {
  const relay = new CapiRelay({ baseUrl: relayUrl, apiKey: relayApiKey, userAgent: "order-webhook/0.1" });
  const server = orderWebhooks({ relay, accountId, secrets, log: console.log });
  server.once("error", ({ message }) => {
    console.error(`PORT ${port} cannot be used: ${message}`);
    process.exitCode = 1;
  });
  server.listen(port, () => console.log(`taking orders on port ${port}`));
  for (const signal of ["SIGTERM", "SIGINT"]) process.once(signal, () => server.close());
}

try {
  start(readConfig(process.env));
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
