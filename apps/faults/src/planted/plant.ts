import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { REPOSITORY } from "../app-process.ts";
import type { Plant } from "./plants.ts";

/**
 * A copy of the whole checkout with the fault in it. Installed packages are shared: the packages' own links point into
 * the copy, the third parties' ones through a link to the original.
 */
export async function plant({ file, replace, by }: Plant): Promise<{ folder: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), "capi-relay-planted-"));
  const left = new Set([".git", ".data", ".cache", "node_modules"]);
  for (const part of ["apps", "packages", "package.json"]) {
    await cp(join(REPOSITORY, part), join(folder, part), {
      recursive: true,
      verbatimSymlinks: true,
      filter: (source) => !left.has(basename(source)) || source.includes(`${part}/`),
    });
  }
  await symlink(join(REPOSITORY, "node_modules"), join(folder, "node_modules"));
  // Private downloads of servers: the copy must not fetch them again.
  await symlink(join(REPOSITORY, ".cache"), join(folder, ".cache")).catch(() => {});
  const path = join(folder, file);
  const text = await readFile(path, "utf8");
  const places = placesOf(replace, text);
  if (places !== 1) throw new Error(`the plant fits ${places} places in ${file}, and must fit one; mend it`);
  await writeFile(
    path,
    text.replace(replace, () => by),
  );
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** How many places of a text a plant fits; it must fit one, or it changes something else than what it is meant to. */
export function placesOf(replace: string, text: string): number {
  return text.split(replace).length - 1;
}
