import { z } from "zod";
import { EVENT_NAME_PRESETS, type EventNamePreset } from "../event-name-presets.ts";
import { LOCALES } from "../graph/texts/user-texts.ts";
import type { WabaChanges } from "../world.ts";
import { MetaId } from "./meta-id.ts";

const presets = Object.keys(EVENT_NAME_PRESETS) as EventNamePreset[];

export const WabaPatch = z
  .strictObject({
    datasetId: MetaId.nullable(),
    linked: z.boolean(),
    allowedEventNames: z.array(z.string().min(1).max(100)).max(100),
    preset: z.enum(presets),
    token: z.string().min(1).max(4096),
    tokenPermissions: z.array(z.string().max(100)).max(50),
    tokenExpiresAt: z.iso
      .datetime({ offset: true })
      .transform((time) => new Date(time))
      .nullable(),
    locale: z.enum(LOCALES),
    appSecretRequired: z.boolean(),
    omitIsTransient: z.boolean(),
    callLimit: z.strictObject({ calls: z.int().positive(), windowMs: z.int().positive() }).nullable(),
  })
  .partial()
  .refine((input) => input.preset === undefined || input.allowedEventNames === undefined, {
    error: "give either preset or allowedEventNames",
  });

/** A preset becomes the list of names it stands for. */
export function toWabaChanges({ preset, ...changes }: z.output<typeof WabaPatch>): WabaChanges {
  return preset === undefined ? changes : { ...changes, allowedEventNames: EVENT_NAME_PRESETS[preset] };
}
