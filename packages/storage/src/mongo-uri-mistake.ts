import mongoose from "mongoose";

/**
 * What is wrong with `MONGODB_URI`, as a sentence; null when the driver can read it. The driver's own words are left
 * out: where a password is not encoded, parts of it may stand in them.
 */
export function mongoUriMistake(uri: string): string | null {
  try {
    // Only reads the address and the name in it: it connects when told to, never before.
    new mongoose.mongo.MongoClient(uri).db();
    return null;
  } catch {
    return "MONGODB_URI cannot be read by the driver; check hosts, ports, the database's name and options, and write % @ : and / of the user name and password as %25 %40 %3A and %2F.";
  }
}
