/** What only the repository needs to know. */
const OURS_ONLY = ["private", "scripts", "devDependencies"];

/** The manifest of the published package: the sources' one, with the built files in their place. */
export function publishedManifest(manifest: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const kept = Object.entries(manifest).filter(([name]) => !OURS_ONLY.includes(name));
  return {
    ...Object.fromEntries(kept),
    files: ["lib"],
    exports: {
      ".": { types: "./lib/index.d.ts", default: "./lib/index.js" },
      "./phone": { types: "./lib/phone.d.ts", default: "./lib/phone.js" },
      "./package.json": "./package.json",
    },
    publishConfig: { access: "public" },
  };
}
