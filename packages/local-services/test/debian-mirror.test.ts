import { expect, test } from "vitest";
import { chooseDebianMirror } from "../src/debian-mirror.ts";
import { isOlder } from "../src/embedded-mongo-command.ts";

test.each<[string, string[], string | undefined]>([
  ["by its path, before lists were ever fetched", ["https://m.example/debian/ "], "https://m.example/debian/"],
  ["by its origin, under any path", ["https://m.example/deb-proxy Debian"], "https://m.example/deb-proxy"],
  ["never the security mirror", ["https://m.example/debian-security/ Debian"], undefined],
  ["not another project's", ["https://m.example/node_20.x . nodistro", "https://x.example/apt "], undefined],
  [
    "the main one among several",
    ["https://a.example/debian-security Debian", "https://a.example/debian Debian"],
    "https://a.example/debian",
  ],
  ["none on another distribution", ["https://a.example/ubuntu/ Ubuntu"], undefined],
])("the Debian mirror is found %s", (_why, lines, mirror) => {
  expect(chooseDebianMirror(lines)).toBe(mirror);
});

test.each([
  ["2.36", "2.38", true],
  ["2.38", "2.38", false],
  ["2.41", "2.38", false],
  ["2.4", "2.38", true],
  ["3.0", "2.38", false],
])("glibc %s older than %s: %s", (a, b, older) => {
  expect(isOlder(a, b)).toBe(older);
});
