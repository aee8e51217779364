import { contactIdOf, type KnownContact } from "../../../opponents/meta-event.ts";
import { type BenchShop, clickOf, PEOPLE, phoneOf } from "../../stand/shops.ts";

/** Every customer of a shop, as the opponents know them. */
export function contactsOf(shop: BenchShop): KnownContact[] {
  const { id, wabaId, datasetId } = shop;
  return Array.from({ length: PEOPLE }, (_, person) => ({
    _id: contactIdOf({ accountId: id, phoneE164: phoneOf(person) }),
    ctwaClid: clickOf(shop, person),
    wabaId,
    datasetId,
  }));
}
