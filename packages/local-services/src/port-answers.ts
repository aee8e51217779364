import { connect } from "node:net";

const PATIENCE_MS = 1_000;

/**
 * Whether a server on this port of 127.0.0.1 takes a connection and, when words are given, answers `say` with something
 * that begins with `expect`.
 */
export function portAnswers(port: number, words?: { say: string; expect: string }): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port, timeout: PATIENCE_MS });
    const answer = (yes: boolean) => {
      socket.destroy();
      resolve(yes);
    };
    socket.on("connect", () => (words === undefined ? answer(true) : socket.write(words.say)));
    socket.on("data", (bytes) => answer(words !== undefined && bytes.toString().startsWith(words.expect)));
    socket.on("timeout", () => answer(false));
    socket.on("error", () => answer(false));
    socket.on("close", () => answer(false));
  });
}
