import { mkdtemp, rm } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GraphClient, type GraphRequestFacts } from "@capi-relay/meta";
import { buildSandbox } from "../../meta-sandbox/src/app.ts";

/** Our imitation of Meta on a port of its own, and the client that asks it. */
export async function openMeta() {
  const folder = await mkdtemp(join(tmpdir(), "a-meta-"));
  const { app, state } = await buildSandbox({
    adminToken: "admin-token-for-tests",
    logFile: join(folder, "log.jsonl"),
  });
  await app.listen({ host: "127.0.0.1", port: 0 });
  const requests: GraphRequestFacts[] = [];
  const graph = new GraphClient({
    graphUrl: `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`,
    version: "v25.0",
    timeoutMs: 5_000,
    onRequest: (facts) => requests.push(facts),
  });
  return {
    graph,
    world: state.world,
    /** Every request so far, and what came of it. */
    requests,
    async close() {
      await graph.destroy();
      await app.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
