import { z } from "zod";

/** A moment as answers hold it: ISO 8601 in UTC, with milliseconds. */
export function Moment(description: string) {
  return z.iso.datetime().meta({ description, examples: ["2026-11-20T12:00:00.000Z"] });
}
