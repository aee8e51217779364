import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { hashPassword } from "./login/password-hash.ts";
import { isRole, USER_NAME } from "./login/users.ts";

const USAGE = `Prints an entry for DASHBOARD_USERS.

  pnpm dashboard:hash <name> <viewer|operator>

The password is asked for, or read from standard input: its first line, at least 12 characters.
`;
const LEAST_CHARACTERS = 12;

/** Shows the question and swallows what is typed. */
async function askPassword(): Promise<string> {
  const echo = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = process.stdin.isTTY === true;
  const lines = createInterface({ input: process.stdin, output: echo, terminal });
  if (terminal) process.stderr.write("Password: ");
  try {
    for await (const line of lines) return line;
    return "";
  } finally {
    lines.close();
    if (terminal) process.stderr.write("\n");
  }
}

function leave(text: string): never {
  process.stderr.write(text);
  process.exit(1);
}

const [name = "", role = "", ...rest] = process.argv.slice(2);
if (rest.length > 0 || !USER_NAME.test(name) || !isRole(role)) leave(USAGE);
const password = await askPassword();
if (password.length < LEAST_CHARACTERS) leave(`The password needs at least ${LEAST_CHARACTERS} characters.\n`);
process.stdout.write(`${name}:${role}:${await hashPassword(password)}\n`);
