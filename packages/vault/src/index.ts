export * from "./api-key-secret.ts";
export * from "./key-ring.ts";
export * from "./key-ring-mistake.ts";
export * from "./lookup-key.ts";
export * from "./secret-equals.ts";
export * from "./vault-errors.ts";
