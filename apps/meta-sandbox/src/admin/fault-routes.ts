import type { FastifyInstance } from "fastify";
import type { SandboxState } from "../sandbox-state.ts";
import { FaultInput, toFaultOrder } from "./fault-input.ts";
import { readInput } from "./read-input.ts";

export function addFaultRoutes(admin: FastifyInstance, { faults, clock }: SandboxState): void {
  admin.post("/faults", async (request, reply) =>
    reply.code(201).send(faults.add(toFaultOrder(readInput(FaultInput, request.body)), clock.realNowMs())),
  );
  admin.get("/faults", async () => ({ faults: faults.list(clock.realNowMs()) }));
  admin.delete("/faults", async (_request, reply) => {
    faults.clear();
    return reply.code(204).send();
  });
}
