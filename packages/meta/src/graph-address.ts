import { createHmac } from "node:crypto";

export interface GraphAddressOptions {
  readonly graphUrl: string;
  readonly version: string;
  readonly appSecret?: string;
}

/** A question to Meta, before it is put into HTTP. */
export interface GraphRequest {
  readonly method: "GET" | "POST";
  /** Below the version, without query. */
  readonly path: string;
  readonly accessToken: string;
  /** Sent as JSON, or for a GET as the query. */
  readonly fields: object;
}

/** Where Meta is, and how a request has to look there. */
export class GraphAddress {
  readonly origin: string;
  readonly #path: string;
  readonly #appSecret: string | undefined;

  /** @throws TypeError if `graphUrl` is not a plain http(s) address. */
  constructor({ graphUrl, version, appSecret }: GraphAddressOptions) {
    const url = plainHttpUrl(graphUrl);
    this.origin = url.origin;
    this.#path = `${url.pathname.replace(/\/+$/, "")}/${encodeURIComponent(version)}`;
    this.#appSecret = appSecret;
  }

  /** The request as it leaves. The token is in the Authorization header only, with its proof among the fields. */
  requestOf({ method, path, accessToken, fields }: GraphRequest) {
    const proven = this.#proven(fields, accessToken);
    const headers = {
      authorization: `Bearer ${accessToken}`,
      accept: "application/json",
      "accept-encoding": "identity",
      "user-agent": "capi-relay",
    };
    if (method === "GET") {
      const query = new URLSearchParams(proven as Record<string, string>).toString();
      return { method, path: `${this.#path}${path}${query === "" ? "" : `?${query}`}`, headers };
    }
    return {
      method,
      path: `${this.#path}${path}`,
      headers: { ...headers, "content-type": "application/json" },
      body: JSON.stringify(proven),
    };
  }

  /** Lower-case hex HMAC-SHA256 of the token under the app secret. Source: Meta's Business SDK, `apiconfig`. */
  #proven(fields: object, accessToken: string): object {
    if (this.#appSecret === undefined) return fields;
    return { ...fields, appsecret_proof: createHmac("sha256", this.#appSecret).update(accessToken).digest("hex") };
  }
}

function plainHttpUrl(graphUrl: string): URL {
  const url = URL.parse(graphUrl);
  const plain = url !== null && /^https?:$/.test(url.protocol) && !url.username && !url.password;
  if (!plain || url.search || url.hash) {
    throw new TypeError("graphUrl must be an http(s) address without credentials, query and fragment");
  }
  return url;
}
