import { spawnSync } from "node:child_process";
import { chmod, cp, mkdir, mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join, relative } from "node:path";
import { type Instruction, readDockerignore, readStages } from "./read-dockerfile.ts";

export interface HandmadeImage {
  /** Remove it when done. */
  readonly folder: string;
  readonly app: string;
  readonly node: string;
  /** Where the image lets its user write: /var/lib/capi-relay there. */
  readonly state: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** Runs the Dockerfile's COPY and RUN lines in an empty folder, in which the image's own paths are replaced. */
export async function buildByHand(repository: string, say: (line: string) => void): Promise<HandmadeImage> {
  const folder = await mkdtemp(join(tmpdir(), "capi-relay-image-"));
  // The processes run as somebody else.
  await chmod(folder, 0o755);
  const [install, final] = readStages(await readFile(join(repository, "Dockerfile"), "utf8"));
  if (install === undefined || final === undefined) throw new Error("the Dockerfile no longer has two stages");
  const isIgnored = readDockerignore(await readFile(join(repository, ".dockerignore"), "utf8"));

  // What the base image brings: Node 24, and npm for installing pnpm.
  const node = join(folder, "base", "bin", "node");
  await mkdir(dirname(node), { recursive: true });
  await cp(process.execPath, node);
  const path = `${dirname(node)}:${join(folder, "global", "bin")}:/usr/local/bin:/usr/bin:/bin`;

  const stages = { install: join(folder, "install"), final: join(folder, "final") };
  const run = (stage: string, command: string) => {
    const rewritten = command
      .replace(/--mount=\S+\s+/g, "")
      .replaceAll("/pnpm/store", join(folder, "store"))
      .replaceAll("/var/lib/capi-relay", join(folder, "state"))
      // The image's user has another name here, or none; its number is the same.
      .replaceAll("chown -R node:node", "chown -R 1000:1000");
    say(`RUN ${command}`);
    const { status } = spawnSync("sh", ["-ec", asRoot() ? rewritten : withoutChown(rewritten)], {
      cwd: join(stage, "app"),
      env: { ...machineSettings(), PATH: path, npm_config_prefix: join(folder, "global") },
      stdio: ["ignore", "inherit", "inherit"],
    });
    if (status !== 0) throw new Error(`RUN ${command} ended with ${status}`);
  };

  const environment: Record<string, string> = {};
  const perform = async (stage: string, { word, rest }: Instruction) => {
    const words = rest.split(/\s+/);
    if (word === "WORKDIR") {
      await mkdir(join(stage, rest), { recursive: true });
    } else if (word === "ENV") {
      const [name = "", value = ""] = rest.split("=");
      environment[name] = value;
    } else if (word === "RUN") run(stage, rest);
    else if (word === "COPY" && words[0]?.startsWith("--from=")) {
      const [, source = "", target = ""] = words;
      say(`COPY ${rest}`);
      await cp(join(stages.install, source), join(stage, target), { recursive: true, verbatimSymlinks: true });
    } else if (word === "COPY") {
      say(`COPY ${rest}`);
      const target = join(stage, "app", words.at(-1) ?? "");
      const sources = words.slice(0, -1);
      for (const source of sources) {
        await cp(join(repository, source), rest.endsWith("/") ? join(target, basename(source)) : target, {
          recursive: true,
          filter: (path) => !isIgnored(relative(repository, path)),
        });
      }
    }
  };
  for (const instruction of install) await perform(stages.install, instruction);
  for (const instruction of final) await perform(stages.final, instruction);
  return { folder, app: join(stages.final, "app"), node, state: join(folder, "state"), environment };
}

/** How this machine reaches its registry stays; what the package manager that started us says of itself goes. */
function machineSettings(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(npm_|pnpm_)/i.test(name)));
}

export function asRoot(): boolean {
  return process.getuid?.() === 0;
}

/** Who is not root owns the folders already. */
function withoutChown(command: string): string {
  return command.replace(/&& chown .*$/, "");
}
