/**
 * What a person can do about a start that the system does not allow, by name of the variable; null if it is nothing of
 * that kind. `opening`: the log of received events.
 */
export function startMistake(
  error: unknown,
  during: "opening" | "listening",
  { port }: { readonly port: number },
): string | null {
  const code = error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : null;
  if (during === "opening") {
    return code === null
      ? null
      : `SANDBOX_LOG_FILE: the file cannot be opened (${code}); name one that this user may write.`;
  }
  switch (code) {
    case "EADDRINUSE":
      return `SANDBOX_PORT: port ${port} is taken by another program; stop that one, or choose a free port.`;
    case "EACCES":
      return `SANDBOX_PORT: the system does not let this user listen on port ${port}; choose one above 1023.`;
    case "EADDRNOTAVAIL":
    case "EAI_AGAIN":
    case "EINVAL":
    case "ENOTFOUND":
      return "SANDBOX_HOST: this machine has no such address; 127.0.0.1 is itself, 0.0.0.0 all it has.";
    default:
      return null;
  }
}
