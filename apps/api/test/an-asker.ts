import type { InjectOptions, LightMyRequestResponse } from "fastify";
import { API_KEY, type openApi } from "./an-api.ts";
import { answerChecker, documentedErrors, type Operation, operationsOf, readDocument } from "./described-api.ts";

export type Api = Awaited<ReturnType<typeof openApi>>;
export type Asker = Awaited<ReturnType<typeof anAsker>>;

export const ID = "0".repeat(24);
const keyOf = ({ operationId }: Operation, status: number, code: string) => `${operationId} ${status} ${code}`.trim();

/** Every answer that an operation is documented to give, as `seen` holds them. */
export function answersOf(operation: Operation): string[] {
  return [
    ...documentedErrors(operation).map(({ status, code }) => keyOf(operation, status, code)),
    ...Object.keys(operation.responses)
      .filter((status) => Number(status) < 400)
      .map((status) => keyOf(operation, Number(status), "")),
  ];
}

/** Asks an API's operations, of this account where they are about one, and compares with what they say they answer. */
export async function anAsker(api: Api, accountId: string) {
  const document = await readDocument(api.app);
  const operations = operationsOf(document);
  const troubleWith = answerChecker(document);
  const seen = new Set<string>();
  const undocumented: string[] = [];

  const named = (operationId: string): Operation => {
    const found = operations.find((one) => one.operationId === operationId);
    if (found === undefined) throw new Error(`no operation ${operationId}`);
    return found;
  };
  const urlOf = ({ path }: Operation, id = path.startsWith("/v1/accounts") ? accountId : ID) =>
    path.replace("{id}", id);

  /** Notes what an operation answered, and whether its description knows that answer. */
  function note(operation: Operation, { statusCode, body }: Pick<LightMyRequestResponse, "statusCode" | "body">): void {
    const key = keyOf(
      operation,
      statusCode,
      statusCode < 400 ? "" : ((JSON.parse(body) as { code?: string }).code ?? ""),
    );
    seen.add(key);
    const trouble = troubleWith(operation, statusCode, body);
    if (trouble !== null) undocumented.push(`${key}: ${trouble}`);
  }

  async function ask(operation: Operation, options: InjectOptions = {}, on = api): Promise<void> {
    const { headers, ...rest } = options;
    const answer = await on.app.inject({
      method: operation.method,
      url: urlOf(operation),
      headers: { authorization: `Bearer ${API_KEY}`, ...headers },
      ...rest,
    });
    note(operation, answer);
  }

  const send = (operationId: string, payload?: object, id?: string) =>
    ask(named(operationId), { url: urlOf(named(operationId), id), ...(payload === undefined ? {} : { payload }) });

  /** What an address needs behind it to be understood. */
  function queryOf({ parameters = [] }: Operation): Record<string, string> {
    const required = parameters.filter((one) => one.in === "query" && one.required === true);
    return Object.fromEntries(required.map(({ name }) => [name, accountId]));
  }

  return { operations, seen, undocumented, named, urlOf, queryOf, note, ask, send };
}
