/** Who may import whom. ARCHITECTURE.md shows the same as a table. */
const LEAVES = ["contract", "coalesce", "vault", "runtime", "metrics", "local-services"];

/** @param {string} name @param {string[]} allowed */
const only = (name, allowed) => ({
  name: `${name}-imports-only-its-own`,
  severity: "error",
  from: { path: `^packages/${name}/src` },
  to: { path: "^packages/", pathNot: `^packages/(${[name, ...allowed].join("|")})/` },
});

module.exports = {
  forbidden: [
    { name: "no-circles", severity: "error", from: {}, to: { circular: true } },
    { name: "never-uphill", severity: "error", from: { path: "^packages" }, to: { path: "^apps" } },
    {
      name: "nobody-imports-the-bench",
      severity: "error",
      from: { path: "^(apps|packages)" },
      to: { path: "^bench" },
    },
    { name: "the-bench-imports-no-app", severity: "error", from: { path: "^bench" }, to: { path: "^apps" } },
    {
      name: "no-app-imports-another",
      severity: "error",
      from: { path: "^apps/([^/]+)/src" },
      to: { path: "^apps/", pathNot: "^apps/$1/" },
    },
    {
      name: "examples-know-the-sdk-only",
      comment: "What a stranger's program could not import, an example must not either.",
      severity: "error",
      from: { path: "^examples/([^/]+)/src" },
      to: { path: "^(apps|packages|examples)/", pathNot: "^(packages/sdk/src|examples/$1)/" },
    },
    {
      name: "sdk-needs-nothing",
      comment: "It runs wherever fetch does; the helper for phone numbers asks its user for the one library it needs.",
      severity: "error",
      from: { path: "^packages/sdk/src" },
      to: { pathNot: ["^packages/sdk/src", "node_modules/libphonenumber-js"] },
    },
    {
      name: "pure-domain",
      comment: "Decisions know no clock, no network, no database: of Node they may use hashing only.",
      severity: "error",
      from: { path: "^packages/domain/src" },
      to: { dependencyTypes: ["core"], pathNot: "^(node:)?crypto$" },
    },
    {
      name: "contract-is-zod-only",
      severity: "error",
      from: { path: "^packages/contract/src" },
      to: { pathNot: ["^packages/contract/src", "node_modules/zod"] },
    },
    ...LEAVES.map((leaf) => only(leaf, [])),
    only("local-stack", ["local-services"]),
    only("domain", ["contract"]),
    only("whatsapp", ["contract", "domain"]),
    only("meta", ["contract", "domain"]),
    only("queue", ["contract", "domain", "coalesce"]),
    only("storage", ["contract", "domain", "coalesce", "vault"]),
    only("insight", ["contract", "domain", "storage"]),
    only("sample-history", ["contract", "domain", "storage", "insight"]),
    only("dispatch", ["contract", "domain", "coalesce", "storage", "queue"]),
    only("case-work", ["contract", "domain", "storage", "meta", "dispatch"]),
    ...Object.entries({
      mongoose: "storage",
      bullmq: "queue",
      undici: "meta",
      pino$: "runtime",
      "csv-stringify": "insight",
      "prom-client": "metrics",
    }).map(([library, owner]) => ({
      name: `only-${owner}-speaks-${library}`,
      severity: "error",
      from: { path: "^(packages|apps)/[^/]+/src", pathNot: `^packages/${owner}/src` },
      to: { path: `(^|node_modules/)${library}(/|$)` },
    })),
    { name: "no-unresolved", severity: "error", from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    // What the SDK's build makes of its sources.
    exclude: { path: "^packages/sdk/dist" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default"],
      extensions: [".ts", ".js", ".cjs", ".mjs", ".json"],
    },
  },
};
