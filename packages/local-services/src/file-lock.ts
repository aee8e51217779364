import { spawn } from "node:child_process";
import { once } from "node:events";

const LOCK_PROGRAM = "flock";

/**
 * Runs `work` while holding a lock that other processes respect. The kernel frees it when this process dies, however
 * it dies; so there are no stale locks to judge. Needs util-linux's `flock`, which every Debian has.
 */
export async function withFileLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  const holder = spawn(LOCK_PROGRAM, [file, "sh", "-c", "echo locked; exec cat"], {
    detached: true,
    stdio: ["pipe", "pipe", "ignore"],
  });
  const gone = once(holder, "exit");
  await Promise.race([
    once(holder.stdout, "data"),
    gone.then(() => {
      throw new Error(`cannot lock ${file}`);
    }),
  ]);
  try {
    return await work();
  } finally {
    holder.stdin.destroy();
    await gone;
  }
}
