import type { IncomingMessage } from "node:http";
import { BlockList, isIPv6 } from "node:net";
import type { ProxyUsers } from "./proxy-users.ts";
import { type DashboardUser, USER_NAME } from "./users.ts";

/** A proxy in front that has people log in, and names them in a header. */
export interface ProxyLogin extends ProxyUsers {
  /** In lower case. */
  readonly header: string;
  /** Addresses and networks from which the header is believed. */
  readonly peers: readonly string[];
  /**
   * Whoever has a password here. The proxy's word makes one of them only of whom `roles` name: `others` may be anybody.
   */
  readonly passwordNames: ReadonlySet<string>;
}

/** What a request's header says about who asks: `nothing` when there is none, or nobody has to believe it. */
export type ProxyWord =
  | { readonly kind: "nothing" | "unreadable" }
  | { readonly kind: "user"; readonly user: DashboardUser }
  | { readonly kind: "unknown" | "somebody_elses"; readonly name: string };

/**
 * Reads who asks. The peer is whoever holds the TCP connection: `X-Forwarded-For`, which anybody may write, plays no
 * part. A header that comes twice was written by two, so neither is believed.
 */
export function proxyWords({
  header,
  peers,
  roles,
  others,
  passwordNames,
}: ProxyLogin): (request: IncomingMessage) => ProxyWord {
  const listed = listOf(peers);
  return ({ rawHeaders, socket }) => {
    const names = rawHeaders.filter((_, at) => at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === header);
    if (names.length === 0 || !isListed(socket.remoteAddress, listed)) return { kind: "nothing" };
    const [name = ""] = names;
    if (names.length > 1 || !USER_NAME.test(name)) return { kind: "unreadable" };
    if (!roles.has(name) && passwordNames.has(name)) return { kind: "somebody_elses", name };
    const role = roles.get(name) ?? others;
    return role === null ? { kind: "unknown", name } : { kind: "user", user: { name, role } };
  };
}

function listOf(peers: readonly string[]): BlockList {
  const list = new BlockList();
  for (const peer of peers) {
    const [address = "", bits] = peer.split("/");
    const family = isIPv6(address) ? "ipv6" : "ipv4";
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return list;
}

/** Knows an IPv4 peer also as IPv6 sockets write it (`::ffff:10.0.0.5`). */
function isListed(address: string | undefined, list: BlockList): boolean {
  // A link's own addresses carry the name of the interface.
  const [plain = ""] = (address ?? "").split("%");
  return list.check(plain, isIPv6(plain) ? "ipv6" : "ipv4");
}
