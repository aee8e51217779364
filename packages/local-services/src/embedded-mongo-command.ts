import { fileURLToPath } from "node:url";
import { unpackedDebian } from "./debian-unpack.ts";
import { isUnavailable, type StartRequest, type Unavailable } from "./local-server.ts";

/** The glibc the engine was built against. */
const NEEDED_GLIBC = "2.38";
const HOST = fileURLToPath(new URL("./embedded-mongo-host.ts", import.meta.url));
const PLATFORMS = ["linux-x64", "linux-arm64", "darwin-arm64"];

/** How to start the host process: on this Node, through a newer glibc's loader where the system's is too old. */
export async function embeddedMongoCommand(
  request: StartRequest,
): Promise<{ program: string; args: readonly string[] } | Unavailable> {
  const platform = `${process.platform}-${process.arch}`;
  if (!PLATFORMS.includes(platform)) return { unavailable: `it is not made for ${platform}` };
  const onThisNode = { program: process.execPath, args: [HOST] };
  if (process.platform !== "linux") return onThisNode;

  const glibc = systemGlibc();
  if (glibc === undefined) return { unavailable: "it needs glibc, which this system does not use" };
  if (!isOlder(glibc, NEEDED_GLIBC)) return onThisNode;

  const debian = await unpackedDebian(request.surroundings.cacheDir, request.onProgress);
  if (isUnavailable(debian)) {
    return { unavailable: `it needs glibc ${NEEDED_GLIBC}, this system has ${glibc}, and ${debian.unavailable}` };
  }
  return { program: debian.loader, args: ["--library-path", debian.libraries, process.execPath, HOST] };
}

/** `a` and `b` as in "2.36". */
export function isOlder(a: string, b: string): boolean {
  const [majorA = 0, minorA = 0] = a.split(".").map(Number);
  const [majorB = 0, minorB = 0] = b.split(".").map(Number);
  return majorA === majorB ? minorA < minorB : majorA < majorB;
}

function systemGlibc(): string | undefined {
  // Otherwise the report looks up every open connection's name, which may take seconds. (The types do not know it yet.)
  Object.assign(process.report, { excludeNetwork: true });
  const report: unknown = process.report.getReport();
  if (typeof report !== "object" || report === null || !("header" in report)) return undefined;
  const { header } = report;
  if (typeof header !== "object" || header === null || !("glibcVersionRuntime" in header)) return undefined;
  return typeof header.glibcVersionRuntime === "string" ? header.glibcVersionRuntime : undefined;
}
