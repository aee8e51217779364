import type { Stack } from "../src/start-stack.ts";

/** A stack on paper, with the longest addresses and secrets there can be. */
export function aStack(dataDir: string, changes: Partial<Stack> = {}): Stack {
  const secret = (length: number) => "x".repeat(length);
  return {
    apiUrl: "http://127.0.0.1:65535",
    metricsUrls: { api: "http://127.0.0.1:9464/metrics", worker: "http://127.0.0.1:9465/metrics" },
    dashboardUrl: "http://127.0.0.1:65534",
    sandboxUrl: "http://127.0.0.1:65533",
    graphUrl: null,
    takesAnyClick: true,
    dashboardLogin: { user: "operator", password: secret(16) },
    secrets: {
      ADMIN_API_KEY: `cr_${secret(43)}`,
      ENCRYPTION_KEYS: "local:key",
      LOOKUP_KEY: secret(43),
      WHATSAPP_VERIFY_TOKEN: secret(24),
      WHATSAPP_APP_SECRET: 'app"secret\\',
      SESSION_SECRET: secret(64),
      SANDBOX_ADMIN_TOKEN: secret(32),
      DASHBOARD_PASSWORD: secret(16),
      META_ACCESS_TOKEN: secret(51),
    },
    redisUrl: "redis://127.0.0.1:6379",
    mongoUri: "mongodb://127.0.0.1:27017/capi-relay",
    ownsRedis: true,
    ownsMongo: true,
    logDir: `${dataDir}/logs`,
    pids: {},
    stop: () => Promise.resolve(),
    ...changes,
  };
}
