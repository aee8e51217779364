/** A delivery with the shape of Meta's "Text messages webhook reference"; every part can be replaced. */
export const WABA = "102290129340398";
export const PHONE = "551187654321";
export const BSUID = "BR.1502576394655843";
export const CLID = "Aff-example-click-id_0123456789";

export const referral = (changes: object = {}) => ({
  source_url: "https://fb.me/3cr4Wqqkv",
  source_id: "120226305854810726",
  source_type: "ad",
  body: "Summer offer",
  headline: "Chat with us",
  media_type: "image",
  image_url: "https://scontent.example/x.jpg",
  ctwa_clid: CLID,
  welcome_message: { text: "Hi! How can we help?" },
  ...changes,
});

export const message = (changes: object = {}) => ({
  from: PHONE,
  from_user_id: BSUID,
  id: "wamid.HBgMNTUxMTg3NjU0MzIxFQIAEhgUM0E=",
  timestamp: "1794567600",
  type: "text",
  text: { body: "Can I get more info about this?" },
  referral: referral(),
  ...changes,
});

export const contact = (changes: object = {}) => ({
  profile: { name: "Ana Souza", username: "@anasouza" },
  wa_id: PHONE,
  user_id: BSUID,
  ...changes,
});

export const value = (messages: unknown, contacts: unknown = [contact()]) => ({
  messaging_product: "whatsapp",
  metadata: { display_phone_number: "15550783881", phone_number_id: "106540352242922" },
  contacts,
  messages,
});

export const change = (content: unknown, field: unknown = "messages") => ({ field, value: content });
export const entry = (changes: unknown, id: unknown = WABA) => ({ id, changes });
export const delivery = (entries: unknown) => ({ object: "whatsapp_business_account", entry: entries });

export const deliveryOf = (messages: unknown, contacts?: unknown) =>
  delivery([entry([change(value(messages, contacts))])]);
