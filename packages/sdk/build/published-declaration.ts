/**
 * A declaration whose imports name the built files. The compiler rewrites them in JavaScript only, and a reader with
 * settings older than ours may look for the `.ts` files, which are not published.
 */
export function asPublished(declaration: string): string {
  return declaration.replace(/(from |import\()"(\.\/[^"]+)\.ts"/g, '$1"$2.js"');
}
