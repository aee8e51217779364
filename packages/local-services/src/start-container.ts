import { mkdir } from "node:fs/promises";
import type { StartedTestContainer } from "testcontainers";
import { containerEngineAnswers } from "./container-engine.ts";
import type { LocalServer, StartRequest, Unavailable } from "./local-server.ts";

export interface ContainerPlan {
  /** The same images as docker-compose.yml. */
  readonly image: string;
  readonly command: readonly string[];
  readonly port: number;
  readonly dataPath: string;
  /** Run once the port answers. */
  afterStart?(container: StartedTestContainer): Promise<void>;
}

/** Starts a container, or says why none can be had: no engine, or no image. */
export async function startContainer(
  plan: ContainerPlan,
  request: StartRequest,
): Promise<(LocalServer & { readonly address: string }) | Unavailable> {
  if (!(await containerEngineAnswers(request.surroundings.engineAddresses))) {
    return { unavailable: "no container engine answers" };
  }
  // Heavy, and needed only here.
  const { GenericContainer } = await import("testcontainers");
  request.onProgress(`starting a ${plan.image} container (the first time, its image is downloaded)`);
  const port = request.port === undefined ? plan.port : { container: plan.port, host: request.port };
  let container: StartedTestContainer;
  try {
    const described = new GenericContainer(plan.image).withExposedPorts(port).withCommand([...plan.command]);
    if (request.dataDir !== undefined) {
      await mkdir(request.dataDir, { recursive: true });
      described.withBindMounts([{ source: request.dataDir, target: plan.dataPath }]);
    }
    container = await described.start();
    await plan.afterStart?.(container);
  } catch (error) {
    return { unavailable: `the ${plan.image} container did not start: ${firstLine(error)}` };
  }
  const address = `${container.getHost()}:${container.getMappedPort(plan.port)}`;
  let stopped: Promise<unknown> | undefined;
  return {
    origin: "container",
    address,
    describe: `container ${plan.image} on ${address}`,
    stop: async () => {
      stopped ??= container.stop();
      await stopped;
    },
    kill: () => Promise.reject(new Error("a container has no process of ours to kill: start with own: true")),
  };
}

function firstLine(error: unknown): string {
  return String(error instanceof Error ? error.message : error).split("\n")[0] ?? "";
}
