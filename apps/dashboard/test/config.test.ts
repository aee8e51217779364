import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { proxyLoginIn, readDashboardConfig } from "../src/config.ts";
import { hashPassword, isPassword, NOBODYS_HASH, readPasswordHash } from "../src/login/password-hash.ts";

const hash = await hashPassword("correct horse battery staple");
const ENV = {
  MONGODB_URI: "mongodb://127.0.0.1/x",
  REDIS_URL: "redis://127.0.0.1",
  ENCRYPTION_KEYS: `k1:${randomBytes(32).toString("base64")}`,
  LOOKUP_KEY: "l".repeat(44),
  SESSION_SECRET: "s".repeat(44),
};

const mistakesOf = (DASHBOARD_USERS: string | undefined): string => {
  try {
    readDashboardConfig({ ...ENV, DASHBOARD_USERS });
    return "";
  } catch (error) {
    return (error as Error).message;
  }
};

test("an address of MongoDB that the driver cannot read is a mistake at the start, not one to retry for ever", () => {
  const env = { ...ENV, DASHBOARD_USERS: `ana:operator:${hash}`, MONGODB_URI: "mongodb://127.0.0.1:99999/x" };
  expect(() => readDashboardConfig(env)).toThrow(/^MONGODB_URI cannot be read by the driver; [^\n]*$/);
});

describe("DASHBOARD_USERS", () => {
  test("holds people by name, role and hash", () => {
    const { DASHBOARD_USERS } = readDashboardConfig({
      ...ENV,
      DASHBOARD_USERS: `ana:operator:${hash}, v@x.org:viewer:${hash}`,
    });
    expect(DASHBOARD_USERS.map(({ name, role }) => [name, role])).toEqual([
      ["ana", "operator"],
      ["v@x.org", "viewer"],
    ]);
  });

  test.each([
    [`ana:${hash}`, "entry 1 does not have three parts"],
    [`ana:admin:${hash}`, "entry 1 needs the role viewer or operator"],
    [`a b:viewer:${hash}`, "entry 1 needs a name of 1 to 64 letters, digits, or . _ @ -"],
    [`ana:viewer:${hash}x`, "entry 1 needs a hash made by pnpm dashboard:hash"],
    [`ana:viewer:hunter2hunter2`, "entry 1 needs a hash made by pnpm dashboard:hash"],
    [`ana:viewer:${hash},`, "entry 2 is empty"],
    [`ana:viewer:${hash},ana:operator:${hash}`, "two entries have the same name"],
  ])("with a mistake is refused in one clear sentence that shows nothing of it", (text, mistake) => {
    expect(mistakesOf(text)).toBe(`DASHBOARD_USERS must be name:role:hash entries separated by commas: ${mistake}.`);
  });

  test("with several mistakes names them all, and when missing says how to make one", () => {
    expect(mistakesOf(`ana:admin:${hash},bob:viewer:x`)).toContain(
      "entry 1 needs the role viewer or operator; entry 2 needs a hash",
    );
    expect(mistakesOf(undefined)).toBe(
      "DASHBOARD_USERS is not set; set it to name:role:hash entries separated by commas (make one with: pnpm dashboard:hash), or let a proxy log people in with DASHBOARD_PROXY_USER_HEADER.",
    );
  });
});

describe("a proxy that logs people in", () => {
  const PROXY = {
    DASHBOARD_PROXY_USER_HEADER: "X-Forwarded-User",
    DASHBOARD_PROXY_PEERS: "10.0.0.5, fd00::/8",
    DASHBOARD_PROXY_USERS: "ana:operator, v@x.org:viewer",
  };
  const mistakesWith = (settings: NodeJS.ProcessEnv): string => {
    try {
      readDashboardConfig({ ...ENV, ...settings });
      return "";
    } catch (error) {
      return (error as Error).message;
    }
  };

  test("is named by its header, its addresses and its people's roles, and then nobody needs a password", () => {
    expect(proxyLoginIn(readDashboardConfig({ ...ENV, ...PROXY }))).toEqual({
      header: "x-forwarded-user",
      peers: ["10.0.0.5", "fd00::/8"],
      roles: new Map([
        ["ana", "operator"],
        ["v@x.org", "viewer"],
      ]),
      others: null,
      passwordNames: new Set(),
    });
  });

  test("is nobody unless it is named", () => {
    expect(proxyLoginIn(readDashboardConfig({ ...ENV, DASHBOARD_USERS: `ana:operator:${hash}` }))).toBeNull();
  });

  test("beside passwords is told who has one", () => {
    const config = readDashboardConfig({
      ...ENV,
      ...PROXY,
      DASHBOARD_USERS: `ana:operator:${hash},vic:viewer:${hash}`,
    });
    expect(proxyLoginIn(config)?.passwordNames).toEqual(new Set(["ana", "vic"]));
  });

  test("may let everybody else in with one role", () => {
    const config = readDashboardConfig({ ...ENV, ...PROXY, DASHBOARD_PROXY_USERS: "ana:operator,*:viewer" });
    expect(proxyLoginIn(config)).toMatchObject({ roles: new Map([["ana", "operator"]]), others: "viewer" });
  });

  test.each([
    [["DASHBOARD_PROXY_PEERS"], "set DASHBOARD_PROXY_PEERS too."],
    [["DASHBOARD_PROXY_USERS"], "set DASHBOARD_PROXY_USERS too."],
    [["DASHBOARD_PROXY_USER_HEADER"], "set DASHBOARD_PROXY_USER_HEADER too."],
    [["DASHBOARD_PROXY_PEERS", "DASHBOARD_PROXY_USERS"], "set DASHBOARD_PROXY_PEERS and DASHBOARD_PROXY_USERS too."],
  ])("that is named in part, without %j, is a mistake told in one sentence", (left, what) => {
    const settings = { DASHBOARD_USERS: `ana:operator:${hash}`, ...PROXY };
    const part = Object.fromEntries(Object.entries(settings).filter(([name]) => !left.includes(name)));
    expect(mistakesWith(part)).toBe(`A proxy that logs people in takes three settings; ${what}`);
  });

  test.each([
    ["ana", "entry 1 does not have two parts"],
    ["ana:operator:x", "entry 1 does not have two parts"],
    ["ana:admin", "entry 1 needs the role viewer or operator"],
    ["a b:viewer", "entry 1 needs a name of 1 to 64 letters, digits, or . _ @ -, or a *"],
    ["ana:viewer,", "entry 2 does not have two parts"],
    ["ana:viewer,ana:operator", "two entries have the same name"],
    ["*:viewer,*:operator", "two entries have the same name"],
  ])("whose people are listed as %s is refused in one sentence", (text, mistake) => {
    expect(mistakesWith({ ...PROXY, DASHBOARD_PROXY_USERS: text })).toBe(
      `DASHBOARD_PROXY_USERS must be name:role entries separated by commas: ${mistake}.`,
    );
  });
});

describe("a password hash", () => {
  test("fits its password alone, however its characters are composed, and differs each time", async () => {
    const read = readPasswordHash(await hashPassword("caf\u00e9 au lait"));
    expect(read).not.toBeNull();
    if (read === null) return;
    expect(await isPassword("cafe\u0301 au lait", read)).toBe(true);
    expect(await isPassword("cafe au lait", read)).toBe(false);
    expect(await hashPassword("correct horse battery staple")).not.toBe(hash);
  });

  test("of costs that are too weak or would exhaust the machine is not read", () => {
    for (const costs of ["13.8.3", "19.8.3", "15.1.3", "15.17.3", "15.8.0", "15.8.9"]) {
      expect(readPasswordHash(hash.replace("15.8.3", costs)), costs).toBeNull();
    }
  });

  test("of nobody fits nothing", async () => {
    expect(await isPassword("", NOBODYS_HASH)).toBe(false);
  });
});
