import { ConfigError } from "./config-error.ts";

/**
 * Reads the configuration; mistakes are printed one sentence a line, without a stack, and end the process with code 1.
 */
export function configOrExit<Config>(read: () => Config): Config {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}
