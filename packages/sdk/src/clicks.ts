import type { CallOptions } from "./call-options.ts";
import type { NewClick } from "./conversation.ts";
import type { Transport } from "./transport.ts";

/** Clicks that did not come by WhatsApp's webhook to capi-relay. */
export class Clicks {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Stores a click; conversions that waited for it go out. The same click again is harmless. */
  record(click: NewClick, options?: CallOptions): Promise<{ readonly id: string; readonly conversationId: string }> {
    return this.#transport.call({ method: "POST", path: "/v1/whatsapp/clicks", body: click }, options);
  }
}
