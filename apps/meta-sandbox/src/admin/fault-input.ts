import { z } from "zod";
import { FAULT_KINDS, type FaultOrder } from "../faults.ts";
import { MetaId } from "./meta-id.ts";

const DAY_MS = 86_400_000;

export const FaultInput = z.strictObject({
  kind: z.enum(FAULT_KINDS),
  datasetId: MetaId.optional(),
  times: z.union([z.int().positive(), z.literal("always")]).optional(),
  forMs: z.int().positive().max(DAY_MS).optional(),
  delayMs: z.int().nonnegative().max(DAY_MS).default(0),
  status: z.int().min(200).max(599).default(400),
  code: z.int().default(100),
  subcode: z.int().optional(),
  isTransient: z.boolean().optional(),
  retryAfterS: z.int().nonnegative().default(60),
  // A port where nothing listens: who follows the redirect fails at once.
  location: z.url().max(2048).default("http://127.0.0.1:9/"),
  afterRecording: z.boolean().default(false),
});

/** Without `times` a fault strikes once; code 1, and whatever has `forMs`, strikes until the end. */
export function toFaultOrder(input: z.output<typeof FaultInput>): FaultOrder {
  const times = input.times ?? (input.kind === "code_1" || input.forMs !== undefined ? "always" : 1);
  return {
    ...input,
    datasetId: input.datasetId ?? null,
    times: times === "always" ? null : times,
    forMs: input.forMs ?? null,
    subcode: input.subcode ?? null,
    isTransient: input.isTransient ?? null,
  };
}
