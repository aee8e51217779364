import { get } from "node:http";

const PATIENCE_MS = 1_000;

/**
 * Whether a container engine answers at one of these addresses. Asked by hand, because loading testcontainers only to
 * hear "no" costs every machine without an engine half a second.
 */
export async function containerEngineAnswers(addresses: readonly string[]): Promise<boolean> {
  for (const address of addresses) {
    if (await ping(address)) return true;
  }
  return false;
}

function ping(address: string): Promise<boolean> {
  const target = address.startsWith("/")
    ? { socketPath: address, host: "localhost" }
    : { host: hostOf(address), port: portOf(address) };
  return new Promise((resolve) => {
    const request = get({ ...target, path: "/_ping", timeout: PATIENCE_MS }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.on("timeout", () => request.destroy(new Error("no answer in time")));
    request.on("error", () => resolve(false));
  });
}

function hostOf(address: string): string {
  return URL.parse(address)?.hostname ?? "";
}

function portOf(address: string): string {
  return URL.parse(address)?.port || "2375";
}
