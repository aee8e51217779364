import { z } from "zod";

/** Of any length the router lets through: an id that cannot exist is not found, like every other unknown one. */
export function IdPath(description: string) {
  return z.object({ id: z.string().describe(description) });
}
