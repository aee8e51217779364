import mongoose from "mongoose";

/** Ids from outside are 24 hexadecimal digits by contract; anything else finds nobody. */
export function objectId(id: string): mongoose.Types.ObjectId {
  return mongoose.isObjectIdOrHexString(id)
    ? new mongoose.Types.ObjectId(id)
    : new mongoose.Types.ObjectId("0".repeat(24));
}
