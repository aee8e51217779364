import { Contact } from "./webhook-parts.ts";

/** The ids of one person; either may be unknown. */
export interface ContactIds {
  readonly waId: string | null;
  readonly bsuid: string | null;
}

/** The `contacts[]` beside some messages, found by id: a delivery may hold many of both. */
export class ContactBook {
  readonly #byWaId = new Map<string, Contact>();
  readonly #byBsuid = new Map<string, Contact>();
  readonly #all: Contact[] = [];

  constructor(raw: readonly unknown[]) {
    for (const one of raw) {
      const { data: contact } = Contact.safeParse(one);
      if (contact === undefined) continue;
      this.#all.push(contact);
      if (contact.wa_id != null) this.#byWaId.set(contact.wa_id, contact);
      if (contact.user_id != null) this.#byBsuid.set(contact.user_id, contact);
    }
  }

  /**
   * A message's own ids win. The book adds the id that is missing, but only from the entry that shares the other one:
   * guessing would mix two people up. A message with no id at all belongs to the only contact there is.
   */
  complete({ waId, bsuid }: ContactIds): ContactIds {
    const contact =
      waId === null && bsuid === null ? this.#only() : (this.#byBsuid.get(bsuid ?? "") ?? this.#byWaId.get(waId ?? ""));
    return { waId: waId ?? contact?.wa_id ?? null, bsuid: bsuid ?? contact?.user_id ?? null };
  }

  #only(): Contact | undefined {
    return this.#all.length === 1 ? this.#all[0] : undefined;
  }
}
