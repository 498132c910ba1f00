/** Where a hash begins. Hashes are signed 32-bit integers throughout: the engine keeps those out of the heap. */
export const HASH_SEED = 0x811c9dc5 | 0;

/** Takes one more character: FNV-1a. */
export const mixHash = (hash: number, char: number): number => Math.imul(hash ^ char, 0x01000193);

/** Ends a hash: FNV leaves the digits' regularity in the low bits, the finaliser of MurmurHash3 spreads it. */
export const endHash = (hash: number): number => {
  const half = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  const full = Math.imul(half ^ (half >>> 13), 0xc2b2ae35);
  return full ^ (full >>> 16);
};

/** A signed 32-bit number out of a decimal id; the same in every process. */
export function hashId(id: string): number {
  let hash = HASH_SEED;
  for (let i = 0; i < id.length; i++) hash = mixHash(hash, id.charCodeAt(i));
  return endHash(hash);
}
