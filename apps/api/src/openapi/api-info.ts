/** What stands above the routes. */
export const API_INFO = {
  title: "capi-relay",
  version: "1",
  description: `Hand in what customers of WhatsApp ads did; the relay finds the click behind it and reports it to Meta.

- JSON in UTF-8. Unknown fields are errors. Texts hold no control characters.
- \`Authorization: Bearer <api key>\`. \`x-scope\` of a route names what the key must be allowed to do.
- Every failed request is answered with an \`ApiError\`; its codes are explained at [/docs/errors](/docs/errors). Paths that do not
  exist are answered 404 \`route_not_found\`, other methods 405 \`method_not_allowed\`.
- \`X-Request-Id\` is taken over if it is harmless, otherwise made up, and always answered.
- \`X-RateLimit-Limit\`, \`-Remaining\` and \`-Reset\` (seconds) tell how many requests a minute the key has, or else the address.
- A 429 or 503 carries \`Retry-After\`. Sending a conversion again is safe: the \`eventId\` is the same.`,
  license: { name: "MIT", identifier: "MIT" },
};

export const TAGS = [
  { name: "Conversions", description: "What customers did, and what became of the report." },
  { name: "Clicks", description: "Ad clicks that this relay's own webhook did not see." },
  { name: "Conversations", description: "Contacts, and the ad clicks they came by." },
  { name: "Accounts", description: "WhatsApp Business Accounts, their datasets and their tokens." },
  { name: "API keys", description: "Who may use this API, and for what." },
  { name: "Webhooks", description: "For Meta." },
  { name: "Health", description: "For whoever runs this relay." },
  { name: "Documentation", description: "What you are reading." },
];
