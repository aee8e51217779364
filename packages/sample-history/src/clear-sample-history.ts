import { type MongoConnection, storing } from "@capi-relay/storage";
import { countFigures } from "./count-figures.ts";
import { SAMPLE_SHOPS } from "./sample-shops.ts";

/** Takes everything out that a sample history brought, and counts the figures anew; whatever is real stays. */
export async function clearSampleHistory(mongo: MongoConnection): Promise<void> {
  await removeSampleRows(mongo);
  await countFigures(mongo);
}

/** The same, while the figures still speak of it. */
export async function removeSampleRows({ native, collections }: MongoConnection): Promise<void> {
  const accountIds = SAMPLE_SHOPS.map(({ id }) => id);
  const wabaIds = SAMPLE_SHOPS.map(({ wabaId }) => wabaId);
  await storing(() => native.events.deleteMany({ sample: true }));
  await storing(() => native.clickCaptures.deleteMany({ wabaId: { $in: wabaIds } }));
  for (const id of accountIds) {
    await storing(() => collections.alerts.deleteMany({ accountId: id }));
    await storing(() => collections.audit.deleteMany({ subject: id }));
    await storing(() => collections.accounts.deleteOne({ _id: id }));
  }
}
