/** The variables an env file names, also those that are commented out: `#NAME=value` directly at the hash. */
export function listedVariables(envFile: string): readonly string[] {
  return [...envFile.matchAll(/^#?([A-Z][A-Z0-9_]*)=/gm)].map(([, name = ""]) => name);
}
