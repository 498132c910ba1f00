const POLYNOMIAL = 0x1021;

const TABLE = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8;
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? (crc << 1) ^ POLYNOMIAL : crc << 1;
  return crc & 0xffff;
});

/** The part of a key that decides its slot: what stands between its first braces, or all of it. */
const hashTagOf = (key: string): string => {
  const open = key.indexOf('{');
  if (open === -1) return key;
  const close = key.indexOf('}', open + 1);
  return close > open + 1 ? key.slice(open + 1, close) : key;
};

/** The Cluster slot of a key: CRC-16/XMODEM modulo 16384, as the Redis Cluster specification has it. */
export function slotOf(key: string): number {
  let crc = 0;
  for (const byte of Buffer.from(hashTagOf(key), 'utf8'))
    crc = ((crc << 8) ^ (TABLE[((crc >> 8) ^ byte) & 0xff] as number)) & 0xffff;
  return crc % 16_384;
}

/** True when all keys have one slot: what a script or multi-key command needs on a Cluster. */
export function shareSlot(keys: readonly string[]): boolean {
  const first = keys[0];
  if (first === undefined || keys.length === 1) return true;
  const slot = slotOf(first);
  return keys.every((key) => slotOf(key) === slot);
}
