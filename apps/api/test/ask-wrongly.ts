import { once } from "node:events";
import { connect } from "node:net";
import { API_KEY } from "./an-api.ts";
import type { Asker } from "./an-asker.ts";
import { exampleBodies, type Operation } from "./described-api.ts";

const asJson = { "content-type": "application/json" };

/** @param address One for each operation, because an address with many wrong keys is stopped. */
export async function askWrongly(
  { ask, urlOf }: Asker,
  operation: Operation,
  keys: readonly string[],
  address: string,
): Promise<void> {
  if (operation["x-scope"] !== undefined)
    for (const authorization of keys) await ask(operation, { headers: { authorization }, remoteAddress: address });
  if (operation.path.includes("{id}")) await ask(operation, { url: urlOf(operation, "%zz") });
  if (operation.method === "GET") return;
  const [example = {}] = exampleBodies(operation);
  const bodies = ["[]", JSON.stringify({ ...example, zz: 1 }), "{}", '{"changes":{"contents":[{}]}}'];
  for (const payload of ["{", '{"__proto__":1}', ...(operation.requestBody === undefined ? [] : bodies)])
    if (operation.operationId !== "receiveWebhook") await ask(operation, { payload, headers: asJson });
  if (operation.requestBody?.required) await ask(operation);
  await ask(operation, { headers: asJson });
  await ask(operation, { payload: "{}", headers: { ...asJson, "content-length": "5" } });
  await ask(operation, { payload: "{}", headers: { ...asJson, "content-length": "99999999" } });
  await ask(operation, { payload: "{}", headers: { ...asJson, "content-encoding": "gzip" } });
  await ask(operation, { payload: "{}", headers: { "content-type": "text/plain" } });
}

/** What is answered to a request whose body does not come. */
export async function answerToHalfABody(port: number, { method }: Operation, url: string) {
  const socket = connect(port, "127.0.0.1");
  let text = "";
  socket.on("data", (bytes: Buffer) => {
    text += bytes.toString();
  });
  const head = `${method} ${url} HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ${API_KEY}`;
  socket.write(`${head}\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{`);
  await once(socket, "close");
  const [, status = "0"] = /^HTTP\/1\.1 (\d{3})/.exec(text) ?? [];
  return { statusCode: Number(status), body: text.split("\r\n\r\n")[1] ?? "" };
}
