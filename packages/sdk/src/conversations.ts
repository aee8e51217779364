import type { CallOptions } from "./call-options.ts";
import type { Contact, Conversation } from "./conversation.ts";
import { pathTo, type Transport } from "./transport.ts";

const ROOT = "/v1/whatsapp/conversations";

/** Customers' threads with a WhatsApp Business Account, and the ad clicks they hold. */
export class Conversations {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Who is it? None, one, or several that fit. A number also finds its national variants. */
  async lookup(
    contact: Contact & { readonly accountId: string },
    options?: CallOptions,
  ): Promise<readonly Conversation[]> {
    const call = { method: "POST", path: `${ROOT}/lookup`, body: contact } as const;
    const { conversations } = await this.#transport.call<{ conversations: readonly Conversation[] }>(call, options);
    return conversations;
  }

  get(conversationId: string, options?: CallOptions): Promise<Conversation> {
    return this.#transport.call({ method: "GET", path: pathTo(ROOT, conversationId) }, options);
  }

  /** Erases a contact. Keys and endings stay, so that nothing is ever sent again. */
  async erase(conversationId: string, options?: CallOptions): Promise<void> {
    await this.#transport.call({ method: "DELETE", path: pathTo(ROOT, conversationId) }, options);
  }
}
