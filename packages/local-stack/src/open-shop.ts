import { callJson, mustCall } from "./call-json.ts";
import type { Stack } from "./start-stack.ts";

/** A shop as both sides know it: an account of ours, a WhatsApp Business Account and a dataset of Meta's. */
export interface Shop {
  /** The account's id with us. */
  readonly id: string;
  readonly name: string;
  readonly wabaId: string;
  readonly phoneNumberId: string;
  readonly datasetId: string;
  /** Which event names the dataset takes: a preset of the sandbox. Default: the five usual ones. */
  readonly datasetTakes?: "two" | "default5" | "documented14";
  /** More settings of the account. */
  readonly settings?: Readonly<Record<string, unknown>>;
}

/** The shop that `dev` opens, and that the examples speak of. */
export const DEMO_SHOP: Shop = {
  id: "demo-shop",
  name: "Demo shop",
  wabaId: "102290129340398",
  phoneNumberId: "106540352242922",
  datasetId: "594425479261596",
};

/**
 * Makes Meta (the sandbox) know the shop, and creates its account unless it is there from an earlier run. The sandbox
 * forgets its world when it ends, so this is done at every start.
 */
export async function openShop(
  shop: Shop,
  { apiUrl, sandboxUrl, secrets }: Pick<Stack, "apiUrl" | "sandboxUrl" | "secrets">,
): Promise<void> {
  const token = secrets.META_ACCESS_TOKEN;
  if (sandboxUrl === null) throw new Error("A shop can be opened only where the sandbox is ours.");
  await mustCall("PUT", `${sandboxUrl}/admin/wabas/${shop.wabaId}`, secrets.SANDBOX_ADMIN_TOKEN, {
    datasetId: shop.datasetId,
    token,
    preset: shop.datasetTakes ?? "default5",
  });
  const accounts = `${apiUrl}/v1/accounts`;
  const known = await callJson("GET", `${accounts}/${shop.id}`, secrets.ADMIN_API_KEY);
  if (known.status === 200) return;
  await mustCall("POST", accounts, secrets.ADMIN_API_KEY, {
    id: shop.id,
    name: shop.name,
    wabaId: shop.wabaId,
    phoneNumberIds: [shop.phoneNumberId],
    datasetId: shop.datasetId,
    accessToken: token,
    ...shop.settings,
  });
}
