import { hkdfSync } from "node:crypto";
import secureSession from "@fastify/secure-session";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { DashboardUser, PasswordUser } from "./users.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** Who asks, once logged in. */
    user: DashboardUser | null;
  }
}

declare module "@fastify/secure-session" {
  interface SessionData {
    name: string;
    mark: string;
  }
}

export interface SessionOptions {
  readonly users: readonly PasswordUser[];
  readonly secret: string;
}

const SESSION_SECONDS = 8 * 3_600;
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[?::1\]?)$/;

/**
 * Sessions live in an encrypted, authenticated cookie and nowhere else: a restart logs nobody out. Each request looks
 * the user up again, so a user who was removed, or whose role or password changed, is not let in by an old cookie.
 */
export async function keepSessions(app: FastifyInstance, { users, secret }: SessionOptions): Promise<void> {
  // The plugin's own derivation takes 256 MiB at start; the secret is random, so it needs no stretching.
  const key = Buffer.from(hkdfSync("sha256", secret, "", "capi-relay dashboard session", 32));
  await app.register(secureSession, {
    key,
    cookieName: "capi-relay-session",
    expiry: SESSION_SECONDS,
    cookie: { path: "/", httpOnly: true, sameSite: "strict", maxAge: SESSION_SECONDS },
  });
  app.decorateRequest("user", null);
  app.addHook("onRequest", async (request) => {
    const name = request.session.get("name");
    const mark = request.session.get("mark");
    request.user = users.find((user) => user.name === name && user.passwordMark === mark) ?? null;
  });
}

export function beginSession(request: FastifyRequest, user: PasswordUser, production: boolean): void {
  request.session.regenerate();
  request.session.set("name", user.name);
  request.session.set("mark", user.passwordMark);
  request.session.options({ secure: needsHttps(request, production) });
}

export function endSession(request: FastifyRequest, production: boolean): void {
  request.session.delete();
  request.session.options({ secure: needsHttps(request, production) });
}

/** In production the cookie travels over https only, except within the machine. */
function needsHttps(request: FastifyRequest, production: boolean): boolean {
  return request.protocol === "https" || (production && !LOOPBACK.test(request.hostname));
}
