import type { LocalServer } from "./local-server.ts";

/** A server somebody else runs: we neither stop it nor say its address, which may hold a password. */
export function nothingToStop(describe: string): LocalServer {
  return {
    origin: "given",
    describe,
    stop: () => Promise.resolve(),
    kill: () => Promise.reject(new Error("this server is not ours to kill: start one with own: true")),
  };
}
