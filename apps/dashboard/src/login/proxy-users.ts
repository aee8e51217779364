import { isRole, type Role, USER_NAME } from "./users.ts";

/** What people may do whom a proxy has logged in. */
export interface ProxyUsers {
  /** Roles by name. */
  readonly roles: ReadonlyMap<string, Role>;
  /** The role of everybody else the proxy lets in; null when they are refused. */
  readonly others: Role | null;
}

const OTHERS = "*";

/** Reads `name:role,name:role,*:role`. Either all of it or what is wrong, one phrase per mistake. */
export function readProxyUsers(
  text: string,
): { readonly proxyUsers: ProxyUsers } | { readonly mistakes: readonly string[] } {
  const entries = text.split(",").map((entry) => entry.trim().split(":"));
  const mistakes = entries.flatMap((parts, index) => mistakesIn(parts).map((what) => `entry ${index + 1} ${what}`));
  const names = entries.map(([name]) => name);
  if (new Set(names).size < names.length) mistakes.push("two entries have the same name");
  if (mistakes.length > 0) return { mistakes };
  const roles = new Map(entries.map(([name, role]) => [name, role] as [string, Role]));
  const others = roles.get(OTHERS) ?? null;
  roles.delete(OTHERS);
  return { proxyUsers: { roles, others } };
}

function mistakesIn([name = "", role = "", ...rest]: readonly string[]): string[] {
  if (role === "" || rest.length > 0) return ["does not have two parts"];
  if (name !== OTHERS && !USER_NAME.test(name)) return ["needs a name of 1 to 64 letters, digits, or . _ @ -, or a *"];
  return isRole(role) ? [] : ["needs the role viewer or operator"];
}
