import type { z } from "zod";

/** A mistake in an admin request, told in words. */
export class BadAdminRequest extends Error {
  readonly status: number;
  readonly details: readonly string[];

  constructor(message: string, { status = 400, details = [] }: { status?: number; details?: readonly string[] } = {}) {
    super(message);
    this.status = status;
    this.details = details;
  }
}

/** Throws `BadAdminRequest` with one sentence per mistake; values are never repeated, they may be secrets. */
export function readInput<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const details = parsed.error.issues.map(({ path, message }) => `${path.join(".") || "body"}: ${message}`);
  throw new BadAdminRequest("The request is not what this route takes.", { details });
}
