import { once } from "node:events";
import { createServer } from "node:net";
import { freePort } from "@capi-relay/local-services";
import { type Environment, readVariable } from "./environment.ts";

/** Which variable sets which port, and its default. */
const PORTS = {
  api: ["API_PORT", 3000],
  dashboard: ["DASHBOARD_PORT", 3001],
  sandbox: ["SANDBOX_PORT", 3002],
  apiMetrics: ["METRICS_PORT", 9464],
  workerMetrics: ["WORKER_METRICS_PORT", 9465],
} as const;
export type PortName = keyof typeof PORTS;

/** Nobody has their addresses by heart: rather any other port than no start. */
const YIELDING: readonly PortName[] = ["apiMetrics", "workerMetrics"];

/** The variable that sets this port. */
export function portVariable(name: PortName): string {
  return PORTS[name][0];
}

/**
 * One port per process: the variable's, else the default one, else (`free`) any. All taken ports are told at once, with
 * the variable that changes each.
 */
export async function choosePorts(
  names: readonly PortName[],
  { free, env }: { readonly free: boolean; readonly env: Environment },
): Promise<Record<PortName, number>> {
  const chosen: Record<PortName, number> = { api: 0, dashboard: 0, sandbox: 0, apiMetrics: 0, workerMetrics: 0 };
  const taken: string[] = [];
  for (const name of names) {
    const [variable, usual] = PORTS[name];
    const given = readVariable(variable, env);
    const wanted = given === undefined ? (free ? 0 : usual) : portNumber(given, variable);
    const isTaken = wanted !== 0 && !(await isFree(wanted));
    const yields = isTaken && given === undefined && YIELDING.includes(name);
    chosen[name] = wanted === 0 || yields ? await freePort() : wanted;
    if (isTaken && !yields) {
      taken.push(`Port ${wanted} (${name}) is taken. End what listens there, or set ${variable}.`);
    }
  }
  if (taken.length > 0) throw new Error(taken.join("\n"));
  return chosen;
}

function portNumber(text: string, variable: string): number {
  const port = /^[0-9]{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= 65_535)) throw new Error(`${variable} must be a whole number from 0 to 65535.`);
  return port;
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, "127.0.0.1");
  const free = await once(server, "listening").then(
    () => true,
    () => false,
  );
  server.close();
  return free;
}
