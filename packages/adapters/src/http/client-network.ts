import { isIP } from 'node:net';

/** Stands for all callers whose address nobody knows: they share their limits. */
const UNKNOWN = 'unknown';

/** Groups of an IPv6 address as numbers, or null. Zone ids are dropped, embedded IPv4 is two groups. */
function groupsOf(address: string): number[] | null {
  const plain = address.split('%')[0] as string;
  if (isIP(plain) !== 6) return null;
  const dotted = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(plain);
  const text = dotted
    ? `${dotted[1]}${((Number(dotted[2]) << 8) | Number(dotted[3])).toString(16)}:${((Number(dotted[4]) << 8) | Number(dotted[5])).toString(16)}`
    : plain;
  const [head = '', tail] = text.split('::');
  const parse = (part: string) =>
    part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16));
  const left = parse(head);
  if (tail === undefined) return left;
  const right = parse(tail);
  return [...left, ...Array<number>(8 - left.length - right.length).fill(0), ...right];
}

/**
 * The network a limit counts under: the address for IPv4 (also when mapped into IPv6), the /64 for IPv6, in one
 * canonical form; `unknown` for anything else.
 */
export function networkOf(address: string | undefined): string {
  const text = address?.trim() ?? '';
  if (isIP(text) === 4) return text;
  const groups = groupsOf(text);
  if (groups === null) return UNKNOWN;
  const [a, b, c, d, e, f, g = 0, h = 0] = groups;
  const mapped = a === 0 && b === 0 && c === 0 && d === 0 && e === 0 && f === 0xffff;
  if (mapped) return [g >> 8, g & 255, h >> 8, h & 255].join('.');
  return `${groups
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(':')}::/64`;
}

/** An entry of X-Forwarded-For without port and brackets. */
const bare = (entry: string): string => {
  const text = entry.trim();
  const bracketed = /^\[([^\]]*)\](?::\d+)?$/.exec(text);
  if (bracketed) return bracketed[1] as string;
  const withPort = /^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(text);
  return withPort ? (withPort[1] as string) : text;
};

/**
 * The client's address, trusting exactly `trustedHops` proxies: the last entries of X-Forwarded-For were written by
 * them, what stands further left was written by anybody. With 0 the header is ignored.
 */
export function clientAddress(
  headers: Headers,
  connection: string | undefined,
  trustedHops: number,
): string | undefined {
  if (trustedHops === 0) return connection;
  const forwarded = headers.get('x-forwarded-for');
  const entries = forwarded === null ? [] : forwarded.slice(-2048).split(',').map(bare);
  const chain = [...entries, connection];
  return chain[Math.max(0, chain.length - 1 - trustedHops)];
}
