import { randomUUID } from "node:crypto";

/** A prefix nobody else uses, for queues, keys and databases on shared servers: `test-1f0c…`. */
export function uniquePrefix(stem = "test"): string {
  return `${stem}-${randomUUID().slice(0, 13)}`;
}

/** The same server and options, another database. `name` is at most 63 characters, MongoDB's limit. */
export function withDatabase(mongoUri: string, name: string): string {
  // A URI may name several hosts, which the URL class does not take.
  const parts = /^(mongodb(?:\+srv)?:\/\/[^/?]+)(?:\/[^?]*)?(\?.*)?$/.exec(mongoUri);
  if (parts === null) throw new Error("not a MongoDB connection string");
  return `${parts[1]}/${name}${parts[2] ?? ""}`;
}
