import type { Logger } from "@capi-relay/runtime";
import type { FastifyInstance, FastifyReply } from "fastify";
import { auditTo } from "../audit.ts";
import { formOf } from "../form-bodies.ts";
import type { ShowPage } from "../frame/page.ts";
import { limitLogins } from "./login-limits.ts";
import { type LoginForm, loginPage, logoutAtTheProxy, throughTheProxy } from "./login-page.ts";
import { isPassword, NOBODYS_HASH } from "./password-hash.ts";
import { refuseProxyWord } from "./refuse-proxy-word.ts";
import { beginSession, endSession } from "./session.ts";
import type { PasswordUser } from "./users.ts";

export interface LoginPorts {
  readonly users: readonly PasswordUser[];
  readonly production: boolean;
  readonly show: ShowPage;
  readonly log: Logger;
}

const MAX_NAME = 64;
const MAX_PASSWORD = 1_024;
const WRONG =
  "Name or password is wrong. Check both; if you have no login yet, ask whoever runs this installation to add you to DASHBOARD_USERS.";

/** The login form, and the way out. */
export async function loginRoutes(app: FastifyInstance, { users, production, show, log }: LoginPorts): Promise<void> {
  const secondsToWait = await limitLogins(app);
  // To them a password is no use: the proxy's word comes with every request, and goes before any session.
  const onRequest = refuseProxyWord({ show, noteInLog: auditTo(log) });
  const showForm = (reply: FastifyReply, form: LoginForm, status = 200) =>
    show(reply, { title: "Log in", body: loginPage(form) }, status);

  app.get<{ Querystring: { next?: string | string[] } }>("/login", { onRequest }, async (request, reply) => {
    const next = pathWithin(request.query.next);
    if (request.user !== null) return reply.redirect(next, 303);
    if (users.length === 0) return show(reply, { title: "Log in", body: throughTheProxy });
    return showForm(reply, { problem: null, name: "", next });
  });

  app.post("/login", { onRequest }, async (request, reply) => {
    const form = formOf(request);
    const name = (form.get("name") ?? "").slice(0, MAX_NAME);
    const password = form.get("password") ?? "";
    const next = pathWithin(form.get("next"));

    const user = users.find((one) => one.name === name) ?? null;
    // A name nobody has may be a password typed into the wrong field: it is not written down.
    const who = { user: user?.name ?? null, requestId: request.id };
    const wait = await secondsToWait(request, name);
    if (wait !== null) {
      log.warn({ ...who, outcome: "too_many_tries" }, "dashboard.login");
      reply.header("retry-after", wait);
      return showForm(reply, { problem: tooManyTries(wait), name, next }, 429);
    }
    const fits = password.length <= MAX_PASSWORD && (await isPassword(password, user?.passwordHash ?? NOBODYS_HASH));
    if (user === null || !fits) {
      log.warn({ ...who, outcome: "refused" }, "dashboard.login");
      return showForm(reply, { problem: WRONG, name, next }, 401);
    }
    beginSession(request, user, production);
    log.info({ ...who, role: user.role, outcome: "logged_in" }, "dashboard.login");
    return reply.redirect(next, 303);
  });

  app.post("/logout", async (request, reply) => {
    // First of all: a browser that the proxy names may still hold a session begun with a password.
    endSession(request, production);
    if (request.proxyWord?.kind === "user")
      return show(reply, { title: "Log out", body: logoutAtTheProxy(request.proxyWord.user) });
    if (request.user !== null) log.info({ user: request.user.name, requestId: request.id }, "dashboard.logout");
    return reply.redirect("/login", 303);
  });
}

/** A path of ours, whatever was asked for: a login must not lead to somebody else's page. */
function pathWithin(given: unknown): string {
  const here = "http://here.invalid";
  if (typeof given !== "string" || !given.startsWith("/") || !URL.canParse(given, here)) return "/";
  const { origin, pathname, search } = new URL(given, here);
  return origin === here && !pathname.startsWith("//") ? `${pathname}${search}` : "/";
}

function tooManyTries(seconds: number): string {
  const minutes = Math.ceil(seconds / 60);
  return `Too many tries. Wait ${minutes === 1 ? "a minute" : `${minutes} minutes`}, then try again.`;
}
