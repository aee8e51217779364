export interface PostPlan {
  /** Messages in one POST. */
  readonly batchSize: number;
  /** How many extra times each POST is sent. */
  readonly duplicates: number;
  /** Messages, and then POSTs, in another order than given. */
  readonly shuffle: boolean;
}

/** Which messages travel together, in which order, and how often. `random` answers at least 0 and below 1. */
export function planPosts<Message>(
  messages: readonly Message[],
  { batchSize, duplicates, shuffle }: PostPlan,
  random: () => number,
): readonly Message[][] {
  const ordered = shuffle ? shuffled(messages, random) : messages;
  const posts: Message[][] = [];
  for (let start = 0; start < ordered.length; start += batchSize) {
    const batch = ordered.slice(start, start + batchSize);
    for (let copy = 0; copy <= duplicates; copy += 1) posts.push([...batch]);
  }
  return shuffle ? shuffled(posts, random) : posts;
}

function shuffled<Item>(items: readonly Item[], random: () => number): Item[] {
  return items
    .map((item) => ({ item, key: random() }))
    .toSorted((left, right) => left.key - right.key)
    .map(({ item }) => item);
}

/** The same numbers for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
