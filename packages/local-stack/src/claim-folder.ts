import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Makes sure that no two stacks keep their data in one folder: two servers on the same files would destroy them.
 * @returns a function that gives the folder free again.
 * @throws Error when a living process has it.
 */
export function claimFolder(dataDir: string): () => void {
  mkdirSync(dataDir, { recursive: true });
  const file = join(dataDir, "stack.pid");
  const release = () => rmSync(file, { force: true });
  for (const isLastTry of [false, true]) {
    try {
      writeFileSync(file, String(process.pid), { flag: "wx" });
      return release;
    } catch (error) {
      const holder = Number(readHolder(file));
      if (isLastTry || isRunning(holder)) {
        const message = `${dataDir} is in use by process ${holder}, a stack that runs already. End it (Ctrl-C where it runs), or set DATA_DIR to another folder.`;
        throw new Error(message, { cause: error });
      }
      // Its holder was killed.
      release();
    }
  }
  return release;
}

function readHolder(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

function isRunning(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It runs, but is somebody else's.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
