import { keepsTokensEncrypted, readConfig, settings, speaksToMetaInProduction } from "@capi-relay/runtime";
import { mongoUriMistake } from "@capi-relay/storage";
import { keyRingMistake } from "@capi-relay/vault";
import { z } from "zod";
import type { ProxyLogin } from "./login/proxy-login.ts";
import { type ProxyUsers, readProxyUsers } from "./login/proxy-users.ts";
import { type PasswordUser, readUsers } from "./login/users.ts";

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
      DASHBOARD_PROXY_USER_HEADER: settings.DASHBOARD_PROXY_USER_HEADER,
      DASHBOARD_PROXY_PEERS: settings.DASHBOARD_PROXY_PEERS,
      DASHBOARD_PROXY_USERS: proxyUsers(),
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
    ({ MONGODB_URI }) => mongoUriMistake(MONGODB_URI),
    ({ ENCRYPTION_KEYS }) => keyRingMistake(ENCRYPTION_KEYS),
    namesWholeProxy,
    letsSomebodyIn,
  );
}

interface ProxySettings {
  readonly DASHBOARD_PROXY_USER_HEADER?: string | undefined;
  readonly DASHBOARD_PROXY_PEERS: readonly string[];
  readonly DASHBOARD_PROXY_USERS?: ProxyUsers | undefined;
}

interface LoginSettings extends ProxySettings {
  readonly DASHBOARD_USERS: readonly PasswordUser[];
}

/** The proxy that logs people in; null without one. */
export function proxyLoginIn(config: LoginSettings): ProxyLogin | null {
  const { DASHBOARD_PROXY_USER_HEADER: header, DASHBOARD_PROXY_PEERS: peers, DASHBOARD_PROXY_USERS: users } = config;
  if (header === undefined || users === undefined) return null;
  return { header, peers, ...users, passwordNames: new Set(config.DASHBOARD_USERS.map(({ name }) => name)) };
}

/** A header that nobody is believed with, or that gives nobody a role, is a mistake, not a wish. */
function namesWholeProxy(config: ProxySettings): string | null {
  const { DASHBOARD_PROXY_USER_HEADER: header, DASHBOARD_PROXY_PEERS: peers, DASHBOARD_PROXY_USERS: users } = config;
  const missing = [
    ...(header === undefined ? ["DASHBOARD_PROXY_USER_HEADER"] : []),
    ...(peers.length === 0 ? ["DASHBOARD_PROXY_PEERS"] : []),
    ...(users === undefined ? ["DASHBOARD_PROXY_USERS"] : []),
  ];
  if (missing.length === 0 || missing.length === 3) return null;
  return `A proxy that logs people in takes three settings; set ${missing.join(" and ")} too.`;
}

function letsSomebodyIn(config: LoginSettings): string | null {
  if (config.DASHBOARD_USERS.length > 0 || config.DASHBOARD_PROXY_USER_HEADER !== undefined) return null;
  return "DASHBOARD_USERS is not set; set it to name:role:hash entries separated by commas (make one with: pnpm dashboard:hash), or let a proxy log people in with DASHBOARD_PROXY_USER_HEADER.";
}

function dashboardUsers() {
  return settings.DASHBOARD_USERS.transform((text, context) => {
    const read = readUsers(text);
    if ("users" in read) return read.users;
    const message = `must be name:role:hash entries separated by commas: ${read.mistakes.join("; ")}`;
    context.issues.push({ code: "custom", message, input: undefined });
    return [];
  }).default([]);
}

function proxyUsers() {
  return settings.DASHBOARD_PROXY_USERS.transform((text, context) => {
    const read = readProxyUsers(text);
    if ("proxyUsers" in read) return read.proxyUsers;
    const message = `must be name:role entries separated by commas: ${read.mistakes.join("; ")}`;
    context.issues.push({ code: "custom", message, input: undefined });
    return z.NEVER;
  }).optional();
}
