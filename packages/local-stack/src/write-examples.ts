import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { DEMO_SHOP } from "./open-shop.ts";
import type { Stack } from "./start-stack.ts";

/** One thing to try: what it does, and the command, line by line as it fits a terminal. */
export interface Example {
  readonly title: string;
  readonly command: readonly string[];
}

const PHONE = "5511987654321";
/** WhatsApp writes many Brazilian numbers without the ninth digit; the order system writes it with. */
const PHONE_AT_WHATSAPP = "551187654321";
const EVENT_ID = "order-1042:Purchase";
/** The id our API gives that event: it depends on nothing but the account and the event id. */
export const EXAMPLE_EVENT = { accountId: DEMO_SHOP.id, eventId: EVENT_ID, id: "ettnr7Fr8hqiEhuT9bUf1Jg" } as const;

/**
 * Writes the secrets the examples need into curl's own configuration files, readable by their owner only, so that the
 * commands hold none and can be copied from anywhere. Answers the commands.
 */
export function writeExamples(stack: Stack, dataDir: string): readonly Example[] {
  const { apiUrl, sandboxUrl, secrets } = stack;
  const folder = join(dataDir, "try");
  mkdirSync(folder, { recursive: true });
  const configFile = (name: string, lines: readonly string[]) => {
    const file = join(folder, name);
    writeFileSync(file, `${lines.join("\n")}\n`, { mode: 0o600 });
    chmodSync(file, 0o600);
    return pathFromHere(file);
  };
  const api = configFile("api", [...QUIET, header(`Authorization: Bearer ${secrets.ADMIN_API_KEY}`), JSON_HEADER]);
  // Without a sandbox of ours the shop the other examples speak of was not opened.
  if (sandboxUrl === null) return [accountCreation(api, apiUrl)];
  const conversions = `${apiUrl}/v1/whatsapp/conversions`;
  const examples: Example[] = [
    {
      title: `a Purchase of that phone`,
      command: [
        `curl -K ${api} -d '{`,
        `  "accountId": "${DEMO_SHOP.id}", "eventName": "Purchase",`,
        `  "eventId": "${EVENT_ID}", "phoneE164": "${PHONE}",`,
        `  "value": 129.9, "currency": "BRL" }' \\`,
        `  ${conversions}`,
      ],
    },
    { title: "its story", command: [`curl -K ${api} \\`, `  ${conversions}/${EXAMPLE_EVENT.id}`] },
  ];
  const sandboxAdmin = [...QUIET, header(`Authorization: Bearer ${secrets.SANDBOX_ADMIN_TOKEN}`), JSON_HEADER];
  // For what the documentation has people try beyond the printed examples.
  configFile("sandbox", sandboxAdmin);
  const click = configFile("click", [
    ...sandboxAdmin,
    `url = ${JSON.stringify(`${sandboxUrl}/admin/webhooks`)}`,
    `data = ${JSON.stringify(JSON.stringify(clickWebhook(stack)))}`,
  ]);
  return [{ title: `an ad click by phone ${PHONE}, as WhatsApp tells it`, command: [`curl -K ${click}`] }, ...examples];
}

/** What comes first where deliveries go to an address of the person's own: an account with Meta's ids and token. */
function accountCreation(api: string, apiUrl: string): Example {
  return {
    title: "no account is made for you here: create one with ids and a token of Meta's",
    command: [
      `curl -K ${api} -d '{`,
      `  "id": "my-shop", "name": "My shop", "wabaId": "<WABA id>",`,
      `  "datasetId": "<dataset id>", "accessToken": "<access token>" }' \\`,
      `  ${apiUrl}/v1/accounts`,
    ],
  };
}

const header = (text: string) => `header = ${JSON.stringify(text)}`;
const JSON_HEADER = header("Content-Type: application/json");
/** No progress bar, but errors; and a line break after the answer. */
const QUIET = ["silent", "show-error", 'write-out = "\\n"'];

function clickWebhook({ apiUrl, secrets }: Stack): object {
  return {
    callbackUrl: `${apiUrl}/v1/webhooks/whatsapp`,
    appSecret: secrets.WHATSAPP_APP_SECRET,
    wabaId: DEMO_SHOP.wabaId,
    phoneNumberId: DEMO_SHOP.phoneNumberId,
    messages: [
      {
        from: PHONE_AT_WHATSAPP,
        profileName: "Ana",
        text: "Oi! Vi o anúncio.",
        referral: { ctwaClid: "ARAkLkA8rmlFeiCktEJQ-QTwRiyYHAFDLMNDBH0CD3qpjd0HR4irJ6LEkR7JwFF4XvnO2E4Nx0" },
      },
    ],
  };
}

function pathFromHere(file: string): string {
  const path = relative(process.cwd(), file);
  return path.startsWith("..") ? file : path;
}
