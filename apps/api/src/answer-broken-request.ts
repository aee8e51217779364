import { randomUUID } from "node:crypto";
import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { ApiProblem, errorBody } from "./api-problem.ts";
import type { FailureLog } from "./failure-log.ts";

/**
 * What never became a request, because it is no HTTP or did not come whole in time, is answered in our shape and
 * closed.
 */
export function answerBrokenRequest(
  error: Error & { readonly code?: string },
  socket: Socket,
  failures: FailureLog,
): void {
  if (error.code === "ECONNRESET" || socket.destroyed) return;
  const problem = new ApiProblem(error.code === "ERR_HTTP_REQUEST_TIMEOUT" ? "request_too_slow" : "bad_request");
  const requestId = randomUUID();
  failures.tellRefusal(problem, requestId, null);
  const body = JSON.stringify(errorBody(problem, requestId));
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
    "content-type: application/json; charset=utf-8",
    `content-length: ${Buffer.byteLength(body)}`,
    `x-request-id: ${requestId}`,
    "connection: close",
  ];
  if (socket.writable) socket.write(`${head.join("\r\n")}\r\n\r\n${body}`);
  socket.destroySoon();
}
