import type { ApiPorts } from "../src/app.ts";

/** Ports of which every call ends the same way. */
export function portsThat(end: () => Promise<never>): Partial<ApiPorts> {
  const port = new Proxy({}, { get: () => end }) as never;
  return {
    accounts: port,
    accountStore: port,
    apiKeyStore: port,
    conversations: port,
    ledger: port,
    eventList: port,
    dispatcher: port,
    resting: port,
    decisions: port,
    missingIndexes: end,
  };
}

/** Decisions of which only one is asked for. */
export function decisionsThat(resolve: ApiPorts["decisions"]["resolve"]): ApiPorts["decisions"] {
  const never = async () => Promise.reject(new Error("not asked here"));
  return { redrive: never, cancel: never, resolve };
}
