import { PEOPLE, type Person } from "./people.ts";

/** One round of webhooks of one shop: who writes, and how WhatsApp delivers it. */
export interface WebhookRound {
  readonly from: readonly Person[];
  /** Messages in one delivery. */
  readonly batchSize: number;
  /** How many extra times each delivery comes. */
  readonly duplicates: number;
}

/** Before anybody buys. All rounds are shuffled. */
export const FIRST_ROUNDS: readonly WebhookRound[] = [
  { from: PEOPLE.byPhone, batchSize: 1, duplicates: 0 },
  { from: PEOPLE.byBsuid, batchSize: 1, duplicates: 1 },
  { from: [...PEOPLE.byBoth, ...PEOPLE.brazilian, ...PEOPLE.returning], batchSize: 5, duplicates: 1 },
  { from: PEOPLE.tooLate, batchSize: 1, duplicates: 0 },
  { from: PEOPLE.inStorm, batchSize: 1, duplicates: 0 },
  { from: PEOPLE.throttled, batchSize: 5, duplicates: 0 },
  { from: PEOPLE.ofPickyShop, batchSize: 5, duplicates: 0 },
  { from: PEOPLE.fromStatus, batchSize: 1, duplicates: 0 },
];

/** Once their conversions wait for them. */
export const LATE_ROUNDS: readonly WebhookRound[] = [{ from: PEOPLE.arriving, batchSize: 1, duplicates: 0 }];

/** How many deliveries a round makes. */
export function deliveriesOf({ from, batchSize, duplicates }: WebhookRound): number {
  const messages = from.reduce((sum, person) => sum + person.clicks.length, 0);
  return Math.ceil(messages / batchSize) * (1 + duplicates);
}
