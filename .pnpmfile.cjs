/**
 * Bull Board's validator names TypeScript as a peer it can do without. pnpm would serve it the workspace's own compiler, and
 * with it 30 MB that nothing runs would come into the image.
 */
function readPackage(manifest) {
  if (manifest.name === "valibot") {
    delete manifest.peerDependencies?.typescript;
    delete manifest.peerDependenciesMeta?.typescript;
  }
  // The generator of the test client calls the compiler as a library, which TypeScript 7 is not.
  if (manifest.name === "openapi-typescript") {
    delete manifest.peerDependencies?.typescript;
    manifest.dependencies.typescript = "6.0.3";
  }
  return manifest;
}

module.exports = { hooks: { readPackage } };
