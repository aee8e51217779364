import { spawn } from "node:child_process";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { REPOSITORY } from "./start-app.ts";

const PROGRAM = join(REPOSITORY, "apps", "dashboard", "src", "hash-password.ts");

/**
 * The `DASHBOARD_USERS` entry of a person, made by the dashboard's own program. The password goes through its input.
 */
export async function dashboardUser(name: string, role: "viewer" | "operator", password: string): Promise<string> {
  const child = spawn(process.execPath, [PROGRAM, name, role], { stdio: ["pipe", "pipe", "pipe"] });
  child.stdin.end(`${password}\n`);
  const [entry, complaint] = await Promise.all([text(child.stdout), text(child.stderr)]);
  if (entry.trim() === "") throw new Error(`The dashboard's password could not be hashed: ${complaint.trim()}`);
  return entry.trim();
}
