import { Schema } from "mongoose";

/** One document of `leases`: a duty that one process at a time may have, such as sweeping. */
export interface LeaseRow {
  readonly _id: string;
  readonly holder: string;
  /** By MongoDB's clock. */
  readonly until: Date;
}

export const leaseSchema = new Schema<LeaseRow>(
  {
    _id: { type: String, required: true },
    holder: { type: String, required: true },
    until: { type: Date, required: true },
  },
  { collection: "leases", versionKey: false },
);
