import { access } from "node:fs/promises";
import { run } from "./run-command.ts";

// Debian 13 renamed it.
const KEYRINGS = ["/usr/share/keyrings/debian-archive-keyring.gpg", "/usr/share/keyrings/debian-archive-keyring.pgp"];

/**
 * The Debian mirror this system already uses, so that a closed network needs no further opening. Lines are those of
 * `apt-get indextargets`: an address and, once lists were fetched, an origin.
 */
export function chooseDebianMirror(lines: readonly string[]): string | undefined {
  const sources = lines.map((line) => line.trim().split(/\s+/)).map(([address = "", origin]) => ({ address, origin }));
  // Security updates have the same origin, but not the whole suite.
  const mirrors = sources.filter(({ address }) => !/security/.test(address));
  const byPath = mirrors.find(({ address }) => /\/debian\/?$/.test(address));
  return (byPath ?? mirrors.find(({ origin }) => origin === "Debian"))?.address;
}

export async function systemDebianMirror(): Promise<string | undefined> {
  const output = await run("apt-get", ["indextargets", "--format", "$(REPO_URI) $(ORIGIN)"]);
  return chooseDebianMirror(output.split("\n"));
}

/** Debian's public keys, with which apt checks what it downloads. */
export async function debianKeyring(): Promise<string | undefined> {
  for (const keyring of KEYRINGS) {
    const exists = await access(keyring).then(
      () => true,
      () => false,
    );
    if (exists) return keyring;
  }
  return undefined;
}
