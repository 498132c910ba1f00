import type { Hash64 } from './hash.js';

/** Bits of the register's number: 16,384 registers, a relative standard error of 1.04 / sqrt(2^14) = 0.81 %. */
export const PRECISION = 14;
export const REGISTERS = 1 << PRECISION;
/** Bits of a hash that are left to count zeros in. */
const TAIL_BITS = 64 - PRECISION;
/** The largest value of a register: all the tail is zero. */
export const MAX_RANK = TAIL_BITS + 1;

/** Raises the register of a hash to its rank. @returns whether the register rose */
export function observe(registers: Uint8Array, hash: Hash64): boolean {
  const index = hash.high >>> (32 - PRECISION);
  const head = (hash.high << PRECISION) >>> 0;
  const zeros = head === 0 ? 32 - PRECISION + Math.clz32(hash.low) : Math.clz32(head);
  const rank = Math.min(zeros, TAIL_BITS) + 1;
  if (rank <= (registers[index] ?? 0)) return false;
  registers[index] = rank;
  return true;
}

/** Takes the larger of each pair of registers: the registers of the union. */
export function unite(into: Uint8Array, from: Uint8Array): void {
  for (let index = 0; index < REGISTERS; index += 1) {
    const rank = from[index] ?? 0;
    if (rank > (into[index] ?? 0)) into[index] = rank;
  }
}

/** sigma(x) = x + sum over k of x^(2^k) 2^(k-1), for the registers that were never hit. */
function sigma(share: number): number {
  if (share === 1) return Number.POSITIVE_INFINITY;
  let power = share;
  let weight = 1;
  let sum = share;
  for (let before = -1; sum !== before; weight += weight) {
    power *= power;
    before = sum;
    sum += power * weight;
  }
  return sum;
}

/** tau(x) = (1 - x - sum over k of (1 - x^(2^-k))^2 2^-k) / 3, for the registers that are full. */
function tau(share: number): number {
  if (share === 0 || share === 1) return 0;
  let root = share;
  let weight = 1;
  let sum = 1 - share;
  for (let before = -1; sum !== before; ) {
    root = Math.sqrt(root);
    before = sum;
    weight *= 0.5;
    sum -= (1 - root) ** 2 * weight;
  }
  return sum / 3;
}

/**
 * How many distinct hashes were observed: the improved raw estimator of O. Ertl, "New cardinality estimation algorithms
 * for HyperLogLog sketches" (2017), algorithm 6. One formula for every size, without tables of bias.
 */
export function estimate(registers: Uint8Array): number {
  const counts = new Float64Array(MAX_RANK + 1);
  for (const rank of registers) counts[rank] = (counts[rank] ?? 0) + 1;
  let sum = REGISTERS * tau(1 - (counts[MAX_RANK] ?? 0) / REGISTERS);
  for (let rank = TAIL_BITS; rank >= 1; rank -= 1) sum = 0.5 * (sum + (counts[rank] ?? 0));
  sum += REGISTERS * sigma((counts[0] ?? 0) / REGISTERS);
  return (REGISTERS * REGISTERS) / (2 * Math.LN2 * sum);
}
