import { access, constants } from "node:fs/promises";
import { join } from "node:path";

/** The first of these programs that one of the folders holds, as a full path. */
export async function programOnPath(names: readonly string[], folders: readonly string[]): Promise<string | undefined> {
  for (const name of names) {
    for (const folder of folders) {
      const program = join(folder, name);
      const mayRun = await access(program, constants.X_OK).then(
        () => true,
        () => false,
      );
      if (mayRun) return program;
    }
  }
  return undefined;
}
