import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { SandboxState } from "../sandbox-state.ts";
import type { Waba, WabaChanges } from "../world.ts";
import { ClickId, MetaId } from "./meta-id.ts";
import { BadAdminRequest, readInput } from "./read-input.ts";
import { toWabaChanges, WabaPatch } from "./waba-input.ts";

const Params = z.object({ wabaId: MetaId });
const Clicks = z.strictObject({ ctwaClids: z.array(ClickId).max(100_000) });

/** Seeding: which WABAs, datasets, tokens and clicks exist. */
export function addWabaRoutes(admin: FastifyInstance, { world, settings }: SandboxState): void {
  const read = (body: unknown): WabaChanges => {
    const changes = toWabaChanges(readInput(WabaPatch, body));
    if (changes.appSecretRequired === true && settings.appSecret === null) {
      throw new BadAdminRequest("appSecretRequired needs META_APP_SECRET, or no proof could be verified.");
    }
    return changes;
  };

  admin.put("/wabas/:wabaId", async (request) => {
    const { wabaId } = readInput(Params, request.params);
    const { token, ...changes } = read(request.body);
    if (token === undefined) throw new BadAdminRequest("token is required.");
    return view(world.putWaba(wabaId, { ...changes, token }));
  });

  admin.patch("/wabas/:wabaId", async (request) => {
    const { wabaId } = readInput(Params, request.params);
    const waba = world.patchWaba(wabaId, read(request.body));
    if (waba === null) throw new BadAdminRequest("No such WABA was seeded.", { status: 404 });
    return view(waba);
  });

  admin.post("/wabas/:wabaId/clicks", async (request) => {
    const { wabaId } = readInput(Params, request.params);
    return { seeded: world.addClicks(wabaId, readInput(Clicks, request.body).ctwaClids) };
  });
}

/** Everything but the token. */
function view({ token: _token, ...settings }: Waba): object {
  return settings;
}
