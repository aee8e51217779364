import type { Registry } from "prom-client";
import { MetricsServer } from "./metrics-server.ts";

export interface MetricsDoorOptions {
  readonly host: string;
  /** Undefined: nobody watches, and nothing is opened. */
  readonly port: number | undefined;
  readonly log: {
    info(line: object, text: string): void;
    error(line: object, text: string): void;
  };
}

/**
 * Opens the door for whoever watches this process. A port that is taken is told and nothing more: a second worker on
 * one machine must deliver whether or not somebody can watch it.
 */
export async function openMetricsDoor(
  registry: Registry,
  { host, port, log }: MetricsDoorOptions,
): Promise<{ close(): Promise<void> }> {
  if (port === undefined) return NO_DOOR;
  const onTrouble = (err: unknown) => log.error({ err }, "the metrics could not be gathered");
  try {
    const server = await MetricsServer.listen(registry, { host, port, onTrouble });
    log.info({ address: server.address }, "serving metrics");
    return server;
  } catch (err) {
    log.error({ err, port }, "the metrics port cannot be opened, so this process runs without; give it a free one");
    return NO_DOOR;
  }
}

const NO_DOOR = { close: async () => undefined };
