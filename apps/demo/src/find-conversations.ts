import { mustCall, type Stack } from "@capi-relay/local-stack";
import { z } from "zod";
import { atMost } from "./at-most.ts";
import type { Person } from "./people.ts";
import type { PlannedConversion } from "./planned-conversion.ts";
import { SHOPS } from "./shops.ts";

const Found = z.object({ conversations: z.array(z.object({ conversationId: z.string() })) });
const AT_A_TIME = 20;

/** As an order system does: asks once per person for the conversation, where the scenario goes by conversation. */
export async function findConversations(
  conversions: readonly PlannedConversion[],
  { apiUrl, secrets }: Stack,
): Promise<ReadonlyMap<Person, string>> {
  const found = new Map<Person, string>();
  const people = new Set(conversions.filter(({ identity }) => identity === "conversation").map(({ person }) => person));
  await atMost(AT_A_TIME, people, async (person) => {
    const { conversations } = Found.parse(
      await mustCall("POST", `${apiUrl}/v1/whatsapp/conversations/lookup`, secrets.ADMIN_API_KEY, {
        accountId: SHOPS[person.shop].id,
        phoneE164: person.phoneAtShop,
      }),
    );
    const [only] = conversations;
    if (only === undefined || conversations.length > 1) {
      throw new Error(`a look-up found ${conversations.length} conversations instead of one`);
    }
    found.set(person, only.conversationId);
  });
  return found;
}
