import { describe, expect, test } from "vitest";
import { isMetaItself, keepsTokensEncrypted, readConfig, settings, speaksToMetaInProduction } from "../src/index.ts";

const KEY = "k".repeat(32);

describe("a shared setting", () => {
  test.each([
    [
      "MONGODB_URI",
      ["mongodb://localhost/x", "mongodb+srv://u:p@host/x"],
      ["localhost:27017", "http://x", "mongodb://a b"],
    ],
    [
      "REDIS_URL",
      ["redis://localhost", "rediss://u:p@host:6380/2", "redis://:p%25@host/"],
      [
        "localhost:6379",
        "http://x",
        "redis://a b",
        "redis://",
        "redis://host/jobs",
        "redis://host/-1",
        "redis://:p%@host",
      ],
    ],
    ["QUEUE_PREFIX", ["capi-relay", "{mq}"], ["a:b", "{mq", ""]],
    [
      "META_GRAPH_URL",
      ["https://graph.facebook.com", "http://127.0.0.1:3002/"],
      ["graph.facebook.com", "ftp://x", "https://u:p@x", "https://x?access_token=1", "https://x#y"],
    ],
    [
      "ALERT_WEBHOOK_URL",
      ["https://chat.example.com/hooks/a?b=c", "http://127.0.0.1:9000"],
      ["chat.example.com", "ftp://x", "http://", "https://user:word@chat.example.com", "https://user@chat.example.com"],
    ],
    ["META_GRAPH_VERSION", ["v25.0", "v26.0"], ["25.0", "v25", "v25.0/../me"]],
    ["META_ALLOW_PLAIN_HTTP", ["true", "false"], ["1", "yes", "TRUE"]],
    ["LOOKUP_KEY", [KEY], [KEY.slice(1), `${KEY} `]],
    ["ADMIN_API_KEY", [KEY], [KEY.slice(1), `${KEY}\n`]],
    ["SESSION_SECRET", [KEY], [KEY.slice(1)]],
    ["WHATSAPP_APP_SECRETS", ["a", "a,b"], ["a,,b", ","]],
    ["API_HOST", ["0.0.0.0", "::1", "localhost"], ["a b", "http://x"]],
    ["API_PORT", ["0", "65535"], ["-1", "65536", "3000.5", "0x10", "1e3", " 80"]],
    ["LOG_LEVEL", ["info", "silent"], ["INFO", "verbose"]],
    ["RETENTION_DAYS", ["1", "90"], ["0", "forever"]],
    ["RATE_LIMIT_PER_KEY", ["0", "60000"], ["-1", "60/min", "1e5"]],
    ["RATE_LIMIT_PER_ADDRESS", ["0", "120000"], ["none"]],
    ["NODE_ENV", ["production", "test"], ["prod"]],
    ["TRUST_PROXY", ["10.0.0.0/8", "::1", "loopback, 10.1.2.3"], ["true", "*", "10.0.0.0/33", "1", "10.0.0.0/8/8"]],
    [
      "DASHBOARD_PROXY_PEERS",
      ["10.0.0.5", "10.0.0.0/24, fd00::1", "10.0.0.0/8, fd00::/8", "fe80::%eth0/64", "::ffff:10.0.0.5"],
      ["loopback", "*", "10.0.0.0/33", "proxy.example", "10.0.0.5,"],
    ],
    ["DASHBOARD_PROXY_USER_HEADER", ["X-Forwarded-User", "remote-user"], ["remote user", "Remote-User:", ""]],
  ] as const)("%s takes the right values and says what is wrong with others", (name, good, bad) => {
    for (const text of good) expect(settings[name].safeParse(text).success, text).toBe(true);
    for (const text of bad) {
      const { error } = settings[name].safeParse(text);
      expect(error?.issues[0]?.message, text).toMatch(/^must /);
    }
  });

  test.each([
    ["0.0.0.0/0", "must not list everybody"],
    ["0.0.0.0/00", "must not list everybody"],
    ["0.0.0.0/000", "must not list everybody"],
    ["0.0.0.0/1, 128.0.0.0/1", "must not list everybody"],
    ["::/0", "must not list everybody"],
    ["::/00", "must not list everybody"],
    ["::ffff:0:0/000", "must not list everybody"],
    ["::/8", "must write networks of IPv4 as such"],
    ["::/80", "must write networks of IPv4 as such"],
    ["::fffe:0:0/95", "must write networks of IPv4 as such"],
    ["::ffff:0:0/96", "must write networks of IPv4 as such"],
    ["::ffff:0:0%eth0/96", "must write networks of IPv4 as such"],
    ["::FFFF:0.0.0.0/096", "must write networks of IPv4 as such"],
    ["10.0.0.5, ::ffff:128.0.0.0/97", "must write networks of IPv4 as such"],
    ["::ffff:128.0.0.0%eth0/97", "must write networks of IPv4 as such"],
  ])("DASHBOARD_PROXY_PEERS refuses %s, which lists everybody or half of them", (text, mistake) => {
    const { error } = settings.DASHBOARD_PROXY_PEERS.safeParse(text);
    expect(error?.issues[0]?.message).toContain(mistake);
  });

  test.each([
    ["redis://host/jobs", "must name its database by number, such as redis://127.0.0.1:6379/2"],
    ["redis://host/0/1", "must name its database by number, such as redis://127.0.0.1:6379/2"],
    ["redis://u:p%zz@host", "must write % of the user name and password as %25"],
    ["redis://%@host/jobs", "must write % of the user name and password as %25"],
  ])("REDIS_URL says of %s what to write instead", (text, mistake) => {
    const { error } = settings.REDIS_URL.safeParse(text);
    expect(error?.issues[0]?.message).toBe(mistake);
  });

  test("the Graph address loses slashes at its end", () => {
    expect(settings.META_GRAPH_URL.parse("http://127.0.0.1:3002//")).toBe("http://127.0.0.1:3002");
  });
});

describe("the address of the Graph API", () => {
  test.each([
    ["https://graph.facebook.com", true],
    ["https://GRAPH.facebook.com/", true],
    ["https://graph.facebook.com:8443", false],
    ["https://graph.facebook.com.evil.example", false],
    ["https://graph.facebook.com@evil.example", false],
    ["http://127.0.0.1:3002", false],
    ["nonsense", false],
  ])("%s is Meta itself: %j", (url, itself) => {
    expect(isMetaItself(url)).toBe(itself);
  });

  test.each([
    ["https://sandbox.example", false, true],
    ["http://127.0.0.1:3002", false, true],
    ["http://localhost:3002", false, true],
    ["http://[::1]:3002", false, true],
    ["http://127.0.0.1.evil.example", false, false],
    ["http://localhost.evil.example", false, false],
    ["http://sandbox:3002", false, false],
    ["http://graph.facebook.com", false, false],
    ["http://sandbox:3002", true, true],
  ])("tokens may travel to %s (switch %j): %j", (META_GRAPH_URL, META_ALLOW_PLAIN_HTTP, allowed) => {
    expect(keepsTokensEncrypted({ META_GRAPH_URL, META_ALLOW_PLAIN_HTTP }) === null).toBe(allowed);
  });

  test.each([
    ["production", "https://sandbox.example", false, false],
    ["production", "https://sandbox.example", true, true],
    ["production", "https://graph.facebook.com", false, true],
    ["development", "http://127.0.0.1:3002", false, true],
  ])("in %s %s (switch %j) is accepted: %j", (NODE_ENV, META_GRAPH_URL, ALLOW_META_SANDBOX, allowed) => {
    const config = { NODE_ENV, META_GRAPH_URL, ALLOW_META_SANDBOX, META_ALLOW_PLAIN_HTTP: false };
    expect(speaksToMetaInProduction(config) === null).toBe(allowed);
  });

  test("breaks both rules at once with two sentences", () => {
    const { NODE_ENV, META_GRAPH_URL, META_ALLOW_PLAIN_HTTP, ALLOW_META_SANDBOX } = settings;
    const shape = { NODE_ENV, META_GRAPH_URL, META_ALLOW_PLAIN_HTTP, ALLOW_META_SANDBOX };
    const env = { NODE_ENV: "production", META_GRAPH_URL: "http://sandbox:3002" };
    expect(() => readConfig(shape, env, keepsTokensEncrypted, speaksToMetaInProduction)).toThrow(
      /^META_GRAPH_URL would send .*\.\nMETA_GRAPH_URL is not Meta's address .*\.$/,
    );
    const config: { readonly META_GRAPH_URL: string; readonly ALLOW_META_SANDBOX: boolean } = readConfig(shape, {});
    expect(config).toEqual({
      NODE_ENV: "development",
      META_GRAPH_URL: "https://graph.facebook.com",
      META_ALLOW_PLAIN_HTTP: false,
      ALLOW_META_SANDBOX: false,
    });
  });
});
