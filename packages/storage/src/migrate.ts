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

/**
 * Names of indexes the database lacks, as `collection.index`. Unique indexes are our guard against double counts, so a
 * process that finds one missing must not call itself ready.
 */
export async function missingIndexes(mongo: MongoConnection): Promise<string[]> {
  const missing: string[] = [];
  for (const collection of Object.values(mongo.collections)) {
    const present = await storing(() => indexNames(collection.collection));
    for (const [, { name }] of collection.schema.indexes()) {
      if (name !== undefined && !present.has(name)) missing.push(`${collection.collection.collectionName}.${name}`);
    }
  }
  return missing;
}

const NO_SUCH_COLLECTION = 26;

async function indexNames(collection: { indexes(): Promise<{ name?: string }[]> }): Promise<Set<string | undefined>> {
  try {
    return new Set((await collection.indexes()).map((index) => index.name));
  } catch (error) {
    if (typeof error === "object" && error !== null && "code" in error && error.code === NO_SUCH_COLLECTION)
      return new Set();
    throw error;
  }
}
