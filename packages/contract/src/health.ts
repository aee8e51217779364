import { z } from "zod";

export const Liveness = z
  .object({ status: z.literal("ok").describe("Always.") })
  .meta({ id: "Liveness", description: "The process runs." });

export const Readiness = z
  .object({
    status: z
      .enum(["ok", "degraded", "unavailable"])
      .describe("`degraded`: conversions are accepted and go out late. `unavailable`: nothing can be accepted."),
    database: z.enum(["ok", "away", "indexes_missing"]).describe("MongoDB: without it nothing can be accepted."),
    queue: z
      .enum(["ok", "away"])
      .describe("Redis. `away`: it does not answer, or takes no jobs; conversions wait in the database."),
  })
  .meta({ id: "Readiness", description: "Whether conversions can be accepted." });
