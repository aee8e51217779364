export interface Address {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  /** What to log in with, where that belongs to the greeting. */
  readonly login?: { readonly user: string; readonly password: string };
}

/** Where `redis://` or `rediss://` points; null when it cannot be read. */
export function redisAddress(url: string): Address | null {
  if (!/^rediss?:\/\//.test(url) || !URL.canParse(url)) return null;
  const { hostname, port, protocol, username, password } = new URL(url);
  if (hostname === "") return null;
  return {
    host: hostname.replace(/^\[|\]$/g, ""),
    port: port === "" ? 6379 : Number(port),
    tls: protocol === "rediss:",
    ...(password === "" ? {} : { login: { user: decoded(username), password: decoded(password) } }),
  };
}

/** The members that `mongodb://` names; none for `mongodb+srv`, for sockets, and for what cannot be read. */
export function mongoAddresses(uri: string): Address[] {
  const [, members = "", options = ""] = /^mongodb:\/\/(?:[^@/]*@)?([^@/?]+)(?:\/[^?]*)?(?:\?(.*))?$/.exec(uri) ?? [];
  const tls = /(^|&)(tls|ssl)=true(&|$)/i.test(options);
  const read = members
    .split(",")
    .map((member) => /^(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(?::([0-9]{1,5}))?$/.exec(member));
  return read.flatMap((parts) => {
    const [, host = "", port = "27017"] = parts ?? [];
    return host === "" ? [] : [{ host: host.replace(/^\[|\]$/g, ""), port: Number(port), tls }];
  });
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
