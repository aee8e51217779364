interface GraphAddress {
  readonly META_GRAPH_URL: string;
  readonly META_ALLOW_PLAIN_HTTP: boolean;
}

/** True when requests to this address go to Meta; otherwise they go to a sandbox, which every row and page must say. */
export function isMetaItself(graphUrl: string): boolean {
  if (!URL.canParse(graphUrl)) return false;
  const { hostname, port } = new URL(graphUrl);
  return hostname === "graph.facebook.com" && port === "";
}

/** Rule: access tokens never travel in the clear, except within this machine or when somebody asks for it. */
export function keepsTokensEncrypted({ META_GRAPH_URL, META_ALLOW_PLAIN_HTTP }: GraphAddress): string | null {
  const { protocol, hostname } = new URL(META_GRAPH_URL);
  if (protocol === "https:" || META_ALLOW_PLAIN_HTTP || isLoopback(hostname)) return null;
  return "META_GRAPH_URL would send access tokens unencrypted; use https, or set META_ALLOW_PLAIN_HTTP to true.";
}

/** Rule: a production installation that speaks to a sandbox loses every conversion without anybody noticing. */
export function speaksToMetaInProduction(
  config: GraphAddress & { readonly NODE_ENV: string; readonly ALLOW_META_SANDBOX: boolean },
): string | null {
  const { META_GRAPH_URL, NODE_ENV, ALLOW_META_SANDBOX } = config;
  if (NODE_ENV !== "production" || ALLOW_META_SANDBOX || isMetaItself(META_GRAPH_URL)) return null;
  return "META_GRAPH_URL is not Meta's address although NODE_ENV is production; use https://graph.facebook.com, or set ALLOW_META_SANDBOX to true.";
}

function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}
