import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { schemaMistakes } from "./compose-schema.ts";
import { listedVariables } from "./listed-variables.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const read = (path: string): string => readFileSync(join(ROOT, path), "utf8");

interface Service {
  readonly image: string;
  readonly build?: string;
  readonly command?: string;
  readonly restart: string;
  readonly init?: boolean;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly mem_limit?: string;
  readonly logging?: { readonly options: Readonly<Record<string, string>> };
}

const file: { services: Record<string, Service>; volumes: Record<string, null> } = parse(read("docker-compose.yml"), {
  merge: true,
});
const services = Object.entries(file.services);
const ours = services.filter(([, service]) => service.build !== undefined);
const isOneShot = (service: Service): boolean => service.restart === "no";
const withDefaults = (text: string): string => text.replace(/\$\{[A-Z_]+:-([^}]*)\}/g, "$1");

describe("docker-compose.yml", () => {
  test("follows the compose specification", () => {
    expect(schemaMistakes(file)).toEqual([]);
  });

  test("is checked by a schema that notices a mistake", () => {
    const misspelt = { services: { api: { image: "capi-relay:local", helthcheck: {} } } };
    expect(schemaMistakes(misspelt)).not.toEqual([]);
  });

  test("holds the two stores, the four processes and the maker of secrets", () => {
    const names = ["redis", "mongo", "secrets", "meta-sandbox", "api", "worker", "dashboard"];
    expect(Object.keys(file.services).sort()).toEqual(names.sort());
  });

  test.each(services)("%s publishes ports on 127.0.0.1 only", (_name, { ports = [] }) => {
    for (const port of ports) expect(withDefaults(port)).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
  });

  test.each(services)("%s has a health check, or runs once", (_name, service) => {
    expect(isOneShot(service) || (service.healthcheck?.test.length ?? 0) > 0).toBe(true);
  });

  test.each(services)("%s has an init, a memory limit, a restart policy and logs that end", (_name, service) => {
    expect(service.init).toBe(true);
    expect(service.mem_limit).toMatch(/^\d+[mg]$/);
    expect(isOneShot(service) ? "no" : service.restart).toBe(isOneShot(service) ? "no" : "unless-stopped");
    expect(service.logging?.options["max-size"]).toBeDefined();
  });

  test.each(services)("%s waits for facts: health, or an end with success", (_name, { depends_on = {} }) => {
    for (const [name, { condition }] of Object.entries(depends_on)) {
      const dependency = file.services[name];
      expect(dependency, `${name} is a service`).toBeDefined();
      const expected = dependency && isOneShot(dependency) ? "service_completed_successfully" : "service_healthy";
      expect(condition).toBe(expected);
    }
  });

  test.each(["redis", "mongo"])("%s is the image that tests start", (name) => {
    const started = /image: "([^"]+)"/.exec(read(`packages/local-services/src/start-${name}.ts`))?.[1];
    expect(file.services[name]?.image).toBe(started);
  });

  test("Redis never forgets a job, and writes every second to disk", () => {
    const command = file.services["redis"]?.command ?? "";
    expect(command).toContain("--maxmemory-policy noeviction");
    expect(command).toContain("--appendonly yes --appendfsync everysec");
  });

  test.each(ours)("%s sets only variables that .env.example explains", (_name, { environment = {} }) => {
    const explained = listedVariables(read(".env.example"));
    const unknown = Object.keys(environment).filter(
      (name) => !explained.includes(name) && !explained.includes(name.replace(/_FILE$/, "")),
    );
    expect(unknown).toEqual([]);
  });

  test.each(ours)("%s gets every secret as a file, from the volume that the maker fills", (_name, service) => {
    for (const [name, value] of Object.entries(service.environment ?? {})) {
      const isSecret = /(_KEY|_KEYS|_SECRET|_SECRETS|_TOKEN|_USERS)(_FILE)?$/.test(name);
      if (!isSecret) continue;
      expect(name).toMatch(/_FILE$/);
      expect(value).toMatch(/^\/var\/lib\/capi-relay\/secrets\/[a-z-]+$/);
    }
    if (!isOneShot(service)) expect(service.volumes).toContain("secrets:/var/lib/capi-relay/secrets:ro");
  });

  test("every named volume is declared, and every declared one used", () => {
    const used = services.flatMap(([, { volumes = [] }]) => volumes.map((volume) => volume.split(":")[0]));
    expect([...new Set(used)].sort()).toEqual(Object.keys(file.volumes).sort());
  });
});
