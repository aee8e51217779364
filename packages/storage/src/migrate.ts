import { setTimeout as sleep } from "node:timers/promises";
import type { MongoConnection } from "./mongo-connection.ts";
import { storing } from "./storage-error.ts";

/**
 * Brings the database to the shape this version needs: every index of every schema. Safe to run again, and by several
 * processes at once.
 */
export async function migrate(mongo: MongoConnection): Promise<void> {
  for (const collection of Object.values(mongo.collections)) {
    await storing(() => collection.createIndexes());
  }
}

const TRY_AGAIN_AFTER_MS = 5_000;

/**
 * Migrates once the database is there, and again until it has worked: an index of a large collection takes longer to
 * build than a connection waits for an answer, and the next try joins the same building. Rejects only once the
 * connection is closed.
 * @param onTrouble Told of each try that failed.
 */
export async function keepMigrating(
  mongo: MongoConnection,
  onTrouble: (error: unknown) => void,
  tryAgainAfterMs = TRY_AGAIN_AFTER_MS,
): Promise<void> {
  for (;;) {
    await mongo.connected();
    try {
      return await migrate(mongo);
    } catch (error) {
      onTrouble(error);
      await sleep(tryAgainAfterMs, undefined, { ref: false });
    }
  }
}

/**
 * Names of indexes the database lacks, as `collection.index`; one that should be unique and is not is no index of ours.
 * Unique indexes are our guard against double counts, so a process that finds one missing must not call itself ready.
 */
export async function missingIndexes(mongo: MongoConnection): Promise<string[]> {
  const missing: string[] = [];
  for (const collection of Object.values(mongo.collections)) {
    const present = await storing(() => indexesOf(collection.collection));
    for (const [, { name, unique = false }] of collection.schema.indexes()) {
      const stands = present.some((index) => index.name === name && (index.unique ?? false) === unique);
      if (name !== undefined && !stands) missing.push(`${collection.collection.collectionName}.${name}`);
    }
  }
  return missing;
}

const NO_SUCH_COLLECTION = 26;

interface PresentIndex {
  name?: string;
  unique?: boolean;
}

async function indexesOf(collection: { indexes(): Promise<PresentIndex[]> }): Promise<PresentIndex[]> {
  try {
    return await collection.indexes();
  } catch (error) {
    if (typeof error === "object" && error !== null && "code" in error && error.code === NO_SUCH_COLLECTION) return [];
    throw error;
  }
}
