import { z } from "zod";
import { PlainText } from "./plain-text.ts";

const OfAccount = PlainText(64).describe("The account whose dataset it is.");

export const DatasetQuery = z.strictObject({ accountId: OfAccount });

export const DatasetCreation = z
  .strictObject({
    accountId: OfAccount,
    datasetName: PlainText(100).optional().describe("Its name in Events Manager; Meta chooses one without."),
  })
  .meta({
    id: "DatasetCreation",
    description: "Whose dataset is to be created.",
    examples: [{ accountId: "shop-1" }, { accountId: "shop-1", datasetName: "Shop conversions" }],
  });

export const DatasetView = z
  .object({
    datasetId: z.string().nullable().describe("Null: neither the account nor Meta has one."),
    created: z.boolean().describe("True when this very request created it at Meta."),
  })
  .meta({ id: "Dataset", description: "The dataset that an account's conversions go to." });
