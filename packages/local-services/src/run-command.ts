import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/**
 * Runs a program and returns what it printed.
 * @throws Error with the program's own complaint, stripped of credentials in addresses; when the program is
 * missing, an error whose `code` is ENOENT.
 */
export async function run(
  program: string,
  args: readonly string[],
  options: { cwd?: string; onLine?: (line: string) => void } = {},
): Promise<string> {
  const child = spawn(program, args, {
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    stdio: ["ignore", "pipe", "pipe"],
  });
  const lines: string[] = [];
  const complaints: string[] = [];
  createInterface({ input: child.stdout }).on("line", (line) => {
    lines.push(line);
    options.onLine?.(line);
  });
  createInterface({ input: child.stderr }).on("line", (line) => complaints.push(line));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  if (code !== 0) {
    // apt says first what went wrong, and last that something did.
    const spoken = complaints.filter((line) => line.trim() !== "");
    const complaint = spoken.find((line) => line.startsWith("E:")) ?? spoken.at(-1) ?? `exit code ${code}`;
    throw new Error(`${program}: ${complaint.replace(/\/\/[^/@\s]+@/g, "//")}`);
  }
  return lines.join("\n");
}

export function isMissingProgram(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
