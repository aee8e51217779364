import type { AppControllerRoute, ControllerHandlerReturnType } from "@bull-board/api/typings/app";
import { FastifyAdapter } from "@bull-board/fastify";

/** What the page reads. Not among them: Redis' own figures, which tell of others who share the server. */
const READ_ONLY = (route: AppControllerRoute) => route.method === "get" && route.route !== "/api/redis/stats";

/**
 * Bull Board's server with its reading half only. Whatever would change a queue is not switched off but absent,
 * whatever later versions add; the two actions we offer are routes of our own.
 */
export class BoardServer extends FastifyAdapter {
  readonly #onError: (error: Error) => ControllerHandlerReturnType;

  /** @param onError Says what a failed request is answered with: Bull Board would show the raw message. */
  constructor(onError: (error: Error) => ControllerHandlerReturnType) {
    super();
    this.#onError = onError;
  }

  override setApiRoutes(routes: AppControllerRoute[]): this {
    super.setApiRoutes(routes.filter(READ_ONLY));
    return this;
  }

  override setErrorHandler(): this {
    return super.setErrorHandler(this.#onError);
  }
}
