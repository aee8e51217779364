import type { Stage } from "./stage.ts";

/** A worker counts the figures every 15 seconds; a busy machine takes longer. */
export const PATIENCE_MS = 180_000;

/** Resolves when the console's figures hold everything that has happened until now. */
export async function figuresAreCounted({ mongo }: Stage): Promise<void> {
  const until = new Date();
  const deadline = until.getTime() + PATIENCE_MS;
  for (;;) {
    const folded = await mongo.native.rollupProgress.findOne({ seenUntil: { $gt: until } });
    const taken = await mongo.native.standing.findOne({ countedAt: { $gt: until } });
    if (folded !== null && taken !== null) return;
    if (Date.now() > deadline) throw new Error("No worker counts the figures.");
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}
