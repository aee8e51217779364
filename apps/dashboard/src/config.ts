import { keepsTokensEncrypted, readConfig, settings, speaksToMetaInProduction } from "@capi-relay/runtime";
import { keyRingMistake } from "@capi-relay/vault";
import { readUsers } from "./login/users.ts";

/** What the dashboard reads from its environment. */
export function readDashboardConfig(env: NodeJS.ProcessEnv) {
  return readConfig(
    {
      NODE_ENV: settings.NODE_ENV,
      LOG_LEVEL: settings.LOG_LEVEL,
      MONGODB_URI: settings.MONGODB_URI,
      REDIS_URL: settings.REDIS_URL,
      QUEUE_PREFIX: settings.QUEUE_PREFIX,
      ENCRYPTION_KEYS: settings.ENCRYPTION_KEYS,
      LOOKUP_KEY: settings.LOOKUP_KEY,
      DASHBOARD_HOST: settings.DASHBOARD_HOST,
      DASHBOARD_PORT: settings.DASHBOARD_PORT,
      DASHBOARD_USERS: dashboardUsers(),
      SESSION_SECRET: settings.SESSION_SECRET,
      TRUST_PROXY: settings.TRUST_PROXY,
      META_GRAPH_URL: settings.META_GRAPH_URL,
      META_GRAPH_VERSION: settings.META_GRAPH_VERSION,
      META_APP_SECRET: settings.META_APP_SECRET,
      META_ALLOW_PLAIN_HTTP: settings.META_ALLOW_PLAIN_HTTP,
      ALLOW_META_SANDBOX: settings.ALLOW_META_SANDBOX,
    },
    env,
    keepsTokensEncrypted,
    speaksToMetaInProduction,
    ({ ENCRYPTION_KEYS }) => keyRingMistake(ENCRYPTION_KEYS),
  );
}

function dashboardUsers() {
  return settings.DASHBOARD_USERS.transform((text, context) => {
    const read = readUsers(text);
    if ("users" in read) return read.users;
    const message = `must be name:role:hash entries separated by commas: ${read.mistakes.join("; ")}`;
    context.issues.push({ code: "custom", message, input: undefined });
    return [];
  }).describe("name:role:hash entries separated by commas; make one with: pnpm dashboard:hash");
}
