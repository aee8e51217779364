import { Coalescer } from "@capi-relay/coalesce";
import { type ClickChoice, type Conversation, chooseClick } from "@capi-relay/domain";
import type { Account, ContactQuery, LedgerEvent } from "@capi-relay/storage";

interface ConversationReader {
  findForContacts(queries: readonly ContactQuery[]): Promise<Conversation[]>;
}

/** Enough to fill a request to Meta several times over; an `$or` much longer than this makes MongoDB plan for long. */
const MAX_QUERIES = 200;

/** Finds the click each event is credited to. Events of the same moment share one look into the database. */
export class ClickFinder {
  readonly #looking: Coalescer<ContactQuery, Conversation[]>;

  constructor(conversations: ConversationReader) {
    this.#looking = new Coalescer((queries) => findForEach(conversations, queries), {
      maxItems: MAX_QUERIES,
      maxInFlight: 4,
    });
  }

  async choose(event: LedgerEvent, account: Account): Promise<ClickChoice> {
    const { conversationId, bsuidKey, phoneKey } = event.contact;
    const namesNobody = conversationId === null && bsuidKey === null && phoneKey === null;
    const conversations = namesNobody ? [] : await this.#looking.submit({ ...event.contact, wabaId: account.wabaId });
    return chooseClick(event, conversations, { outsideClickWindow: account.outsideClickWindow });
  }
}

async function findForEach(conversations: ConversationReader, queries: ContactQuery[]): Promise<Conversation[][]> {
  const found = await conversations.findForContacts(queries);
  const byWabaAndKey = new Map<string, Conversation[]>();
  for (const conversation of found) {
    for (const key of [conversation.id, conversation.bsuidKey, conversation.phoneKey]) {
      if (key === null) continue;
      const place = `${conversation.wabaId}:${key}`;
      byWabaAndKey.set(place, [...(byWabaAndKey.get(place) ?? []), conversation]);
    }
  }
  return queries.map((query) => {
    const keys = [query.conversationId, query.bsuidKey, query.phoneKey, ...query.phoneVariantKeys];
    const fitting = keys.flatMap((key) => (key === null ? [] : (byWabaAndKey.get(`${query.wabaId}:${key}`) ?? [])));
    return [...new Set(fitting)];
  });
}
