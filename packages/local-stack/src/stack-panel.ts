import { relative } from "node:path";
import { styleText } from "node:util";
import type { Stack } from "./start-stack.ts";
import type { Example } from "./write-examples.ts";

type Paint = (text: string) => string;
interface Paints {
  readonly strong: Paint;
  readonly faint: Paint;
  readonly link: Paint;
}

const LABEL_WIDTH = 11;
const RULE = "─".repeat(78);

/** Colours only where somebody sees them: a terminal, and no NO_COLOR. */
export function paintsFor(stream: NodeJS.WriteStream): Paints {
  const paint =
    (style: Parameters<typeof styleText>[0]): Paint =>
    (text) =>
      styleText(style, text, { stream });
  return { strong: paint("bold"), faint: paint("dim"), link: paint("cyan") };
}

/** What runs where, how to get in, and what to try; fits 80 columns. */
export function stackPanel(stack: Stack, examples: readonly Example[], { strong, faint, link }: Paints): string {
  const { apiUrl, dashboardUrl, sandboxUrl, dashboardLogin, secrets, logDir } = stack;
  const row = (label: string, ...lines: readonly string[]) =>
    lines.map((line, at) => ` ${strong((at === 0 ? label : "").padEnd(LABEL_WIDTH))}${line}`);
  return [
    faint(RULE),
    ...row("API", link(apiUrl), `${faint("key")}    ${secrets.ADMIN_API_KEY}`),
    ...(dashboardUrl === null ? [] : row("Dashboard", link(dashboardUrl), loginLine(dashboardLogin, faint))),
    ...(sandboxUrl === null
      ? row("Meta", link(stack.graphUrl ?? ""), faint("events go there (META_GRAPH_URL); no sandbox was started"))
      : row(
          "Sandbox",
          link(sandboxUrl),
          `${faint("token")}  ${secrets.SANDBOX_ADMIN_TOKEN}`,
          ...(stack.takesAnyClick ? [faint("takes click ids nobody told it about (SANDBOX_STRICT_SEEDING)")] : []),
        )),
    ...row("Metrics", ...Object.entries(stack.metricsUrls).map(([app, url]) => `${link(url)} ${faint(app)}`)),
    ...row("Logs", pathFromHere(logDir)),
    faint(RULE),
    ...examples.flatMap(({ title, command }) => [faint(` # ${title}`), ...command, ""]),
    ` Ctrl-C ends everything.`,
  ].join("\n");
}

function loginLine(login: Stack["dashboardLogin"], faint: Paint): string {
  if (login === null) return faint("login as DASHBOARD_USERS says");
  return `${faint("login")}  ${login.user}   ${faint("password")}  ${login.password}`;
}

function pathFromHere(folder: string): string {
  const path = relative(process.cwd(), folder);
  return path.startsWith("..") ? folder : path;
}
