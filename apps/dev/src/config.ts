import { join, resolve } from "node:path";
import type { Environment } from "@capi-relay/local-stack";

const REPOSITORY = join(import.meta.dirname, "..", "..", "..");

/** Where `dev` keeps its data: DATA_DIR, from where the command was given, or `.data/dev` of the repository. */
export function dataDirOf(env: Environment): string {
  const given = env["DATA_DIR"];
  return given ? resolve(given) : join(REPOSITORY, ".data", "dev");
}
