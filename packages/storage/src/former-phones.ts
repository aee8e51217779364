import type { mongo } from "mongoose";

/**
 * The former numbers of a contact whose number becomes this one: each once, whatever it changes to and back. Computed
 * by MongoDB, so that of two changes at the same moment neither is overlooked.
 */
export function formerPhonesBefore(phoneKey: string, now: Date): mongo.Document {
  const known = { $ifNull: ["$formerPhones", []] };
  const others = { $not: [{ $in: ["$$this.phoneKey", ["$phoneKey", { $literal: phoneKey }]] }] };
  return {
    $cond: [
      { $in: ["$phoneKey", [null, { $literal: phoneKey }]] },
      { $ifNull: ["$formerPhones", "$$REMOVE"] },
      { $concatArrays: [{ $filter: { input: known, cond: others } }, [{ phoneKey: "$phoneKey", until: now }]] },
    ],
  };
}
