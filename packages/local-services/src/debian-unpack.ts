import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { debianKeyring, systemDebianMirror } from "./debian-mirror.ts";
import { withFileLock } from "./file-lock.ts";
import { isUnavailable, type Unavailable } from "./local-server.ts";
import { isMissingProgram, run } from "./run-command.ts";

/** Programs and libraries of a newer Debian, in a private folder; nothing is installed. */
export interface UnpackedDebian {
  readonly root: string;
  /** Runs a program on the unpacked glibc: `loader --library-path libraries program …`. */
  readonly loader: string;
  readonly libraries: string;
}

const SUITE = "trixie";
/** Redis 8 with all it links to, and the glibc 2.41 that MongoDB's embedded engine runs on, too. */
const PACKAGES = (
  "libc6 libgcc-s1 libstdc++6 redis-server redis-tools libjemalloc2 libatomic1 liblzf1 libssl3t64 libsystemd0 " +
  "libzstd1 libcap2"
).split(" ");

const LAYOUTS: Readonly<Record<string, { triplet: string; loader: string }>> = {
  amd64: { triplet: "x86_64-linux-gnu", loader: "ld-linux-x86-64.so.2" },
  arm64: { triplet: "aarch64-linux-gnu", loader: "ld-linux-aarch64.so.1" },
};

/** The unpacked packages from `cacheDir`, downloaded through this system's apt the first time. */
export async function unpackedDebian(
  cacheDir: string,
  onProgress: (line: string) => void,
): Promise<UnpackedDebian | Unavailable> {
  try {
    const architecture = (await run("dpkg", ["--print-architecture"])).trim();
    const layout = LAYOUTS[architecture];
    if (layout === undefined) return { unavailable: `no private unpack for ${architecture}` };
    const root = join(resolve(cacheDir), `debian-${SUITE}-${architecture}`);
    const libraries = join(root, "usr", "lib", layout.triplet);
    const unpacked = { root, libraries, loader: join(libraries, layout.loader) };
    if (await isReady(root)) return unpacked;

    await mkdir(cacheDir, { recursive: true });
    return await withFileLock(`${root}.lock`, async () => {
      if (await isReady(root)) return unpacked; // another process was faster
      const made = await make(root, architecture, onProgress);
      return isUnavailable(made) ? made : unpacked;
    });
  } catch (error) {
    if (isMissingProgram(error)) return { unavailable: "this system has no apt to fetch Debian packages with" };
    return { unavailable: `Debian packages could not be unpacked (${error instanceof Error ? error.message : error})` };
  }
}

const readyFile = (root: string) => join(root, "ready.json");

/** Ready when the marker, written last, names every package we need today. */
async function isReady(root: string): Promise<boolean> {
  try {
    const versions: Record<string, string> = JSON.parse(await readFile(readyFile(root), "utf8"));
    return PACKAGES.every((name) => versions[name] !== undefined);
  } catch {
    return false;
  }
}

async function make(
  root: string,
  architecture: string,
  onProgress: (line: string) => void,
): Promise<Unavailable | { made: true }> {
  const mirror = await systemDebianMirror();
  if (mirror === undefined) return { unavailable: "this system uses no Debian mirror" };
  const keyring = await debianKeyring();
  if (keyring === undefined) return { unavailable: "Debian's archive keyring is not installed" };

  await removeLeftovers(root);
  const startedAt = performance.now();
  const work = await mkdtemp(`${root}.making-`);
  try {
    const aptConfig = await writeAptConfig(work, { mirror, keyring, architecture });
    onProgress("downloading Debian 13's package list (about 10 MB) and 12 packages (about 10 MB), once, into .cache");
    const onLine = (line: string) => {
      const what = /^Get:\d+ \S+ (.*)$/.exec(line)?.[1];
      if (what !== undefined) onProgress(`  ${what}`);
    };
    await run("apt-get", ["-c", aptConfig, "update"], { cwd: work, onLine });
    await run("apt-get", ["-c", aptConfig, "download", ...PACKAGES], { cwd: work, onLine });

    const finished = join(work, "root");
    const archives = (await readdir(work)).filter((file) => file.endsWith(".deb"));
    for (const archive of archives) await run("dpkg", ["-x", join(work, archive), finished]);
    await rm(join(finished, "usr", "share"), { recursive: true, force: true });
    const versions = Object.fromEntries(archives.map((file) => file.split("_")));
    await writeFile(readyFile(finished), `${JSON.stringify(versions, null, 2)}\n`);

    await rm(root, { recursive: true, force: true });
    await rename(finished, root);
    onProgress(`unpacked in ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
    return { made: true };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Half-made folders of processes that were killed; whoever holds the lock may remove them. */
async function removeLeftovers(root: string): Promise<void> {
  const parent = resolve(root, "..");
  const leftovers = (await readdir(parent))
    .map((name) => join(parent, name))
    .filter((path) => path.startsWith(`${root}.making-`));
  for (const path of leftovers) await rm(path, { recursive: true, force: true });
}

/** An apt of our own: its lists, cache and sources are private, and none of the system's hooks run after it. */
async function writeAptConfig(
  work: string,
  source: { mirror: string; keyring: string; architecture: string },
): Promise<string> {
  const sources = join(work, "sources.list");
  const options = `arch=${source.architecture} target=Packages signed-by=${source.keyring}`;
  await writeFile(sources, `deb [${options}] ${source.mirror} ${SUITE} main\n`);
  await mkdir(join(work, "lists", "partial"), { recursive: true });
  await mkdir(join(work, "cache", "archives", "partial"), { recursive: true });
  const status = join(work, "status");
  await writeFile(status, "");
  const file = join(work, "apt.conf");
  await writeFile(
    file,
    [
      "#clear APT::Update::Pre-Invoke;",
      "#clear APT::Update::Post-Invoke;",
      "#clear APT::Update::Post-Invoke-Success;",
      "#clear DPkg::Post-Invoke;",
      `Dir::Etc::SourceList "${sources}";`,
      'Dir::Etc::SourceParts "/dev/null";',
      `Dir::State::Lists "${join(work, "lists")}";`,
      // Nothing counts as installed, so that a newer system's versions are not asked for.
      `Dir::State::status "${status}";`,
      `Dir::Cache "${join(work, "cache")}";`,
      // As root, apt would download as a user who may not write into our folder.
      'APT::Sandbox::User "root";',
      // Without it, a mirror that cannot be reached is only a warning.
      'APT::Update::Error-Mode "any";',
      'Acquire::Retries "2";',
      'Acquire::http::Timeout "20";',
      'Acquire::https::Timeout "20";',
      "",
    ].join("\n"),
  );
  return file;
}
