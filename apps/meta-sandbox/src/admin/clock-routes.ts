import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { SandboxState } from "../sandbox-state.ts";
import { readInput } from "./read-input.ts";

const TEN_YEARS_MS = 10 * 365 * 86_400_000;
const ClockInput = z.strictObject({ offsetMs: z.int().min(-TEN_YEARS_MS).max(TEN_YEARS_MS) });

export function addClockRoutes(admin: FastifyInstance, { clock }: SandboxState): void {
  const view = () => ({ offsetMs: clock.offsetMs, now: clock.now().toISOString() });
  admin.get("/clock", async () => view());
  admin.post("/clock", async (request) => {
    clock.steer(readInput(ClockInput, request.body).offsetMs);
    return view();
  });
}
