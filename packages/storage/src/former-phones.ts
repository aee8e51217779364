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

/**
 * The former numbers of a contact of which a late message says that this was one of them, before the one it has. Of one
 * that is known already, it is known better until when.
 */
export function formerPhonesWith(phoneKey: string): mongo.Document {
  const known = { $ifNull: ["$formerPhones", []] };
  const keys = { $map: { input: known, in: "$$this.phoneKey" } };
  return {
    $cond: [
      { $in: [{ $literal: phoneKey }, { $concatArrays: [["$phoneKey"], keys] }] },
      { $ifNull: ["$formerPhones", "$$REMOVE"] },
      { $concatArrays: [known, [{ phoneKey: { $literal: phoneKey }, until: "$phoneSaidAt" }]] },
    ],
  };
}
