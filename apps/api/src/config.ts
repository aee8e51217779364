import {
  keepsTokensEncrypted,
  noFaultsInProduction,
  readConfig,
  settings,
  speaksToMetaInProduction,
} from "@capi-relay/runtime";
import { mongoUriMistake } from "@capi-relay/storage";
import { keyRingMistake } from "@capi-relay/vault";

/** What the API reads from its environment. */
export function readApiConfig(env: NodeJS.ProcessEnv) {
  return readConfig(
    {
      NODE_ENV: settings.NODE_ENV,
      LOG_LEVEL: settings.LOG_LEVEL,
      MONGODB_URI: settings.MONGODB_URI,
      REDIS_URL: settings.REDIS_URL,
      QUEUE_PREFIX: settings.QUEUE_PREFIX,
      API_HOST: settings.API_HOST,
      API_PORT: settings.API_PORT,
      TRUST_PROXY: settings.TRUST_PROXY,
      ADMIN_API_KEY: settings.ADMIN_API_KEY,
      RATE_LIMIT_PER_KEY: settings.RATE_LIMIT_PER_KEY,
      RATE_LIMIT_PER_ADDRESS: settings.RATE_LIMIT_PER_ADDRESS,
      ENCRYPTION_KEYS: settings.ENCRYPTION_KEYS,
      LOOKUP_KEY: settings.LOOKUP_KEY,
      WHATSAPP_VERIFY_TOKEN: settings.WHATSAPP_VERIFY_TOKEN,
      WHATSAPP_APP_SECRET: settings.WHATSAPP_APP_SECRET,
      WHATSAPP_APP_SECRETS: settings.WHATSAPP_APP_SECRETS,
      META_GRAPH_URL: settings.META_GRAPH_URL,
      META_GRAPH_VERSION: settings.META_GRAPH_VERSION,
      META_APP_SECRET: settings.META_APP_SECRET,
      META_ALLOW_PLAIN_HTTP: settings.META_ALLOW_PLAIN_HTTP,
      ALLOW_META_SANDBOX: settings.ALLOW_META_SANDBOX,
      METRICS_HOST: settings.METRICS_HOST,
      METRICS_PORT: settings.METRICS_PORT,
      FAULT_POINT: settings.FAULT_POINT,
    },
    env,
    keepsTokensEncrypted,
    speaksToMetaInProduction,
    noFaultsInProduction,
    ({ MONGODB_URI }) => mongoUriMistake(MONGODB_URI),
    ({ ENCRYPTION_KEYS }) => keyRingMistake(ENCRYPTION_KEYS),
  );
}
