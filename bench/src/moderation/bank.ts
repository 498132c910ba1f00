import { createHashIndex, PDQ_MATCH, type PdqHash, pdqDistance } from '@socialkit/moderation';
import { atLeast, atMost, judged, type Metric } from '../harness/metric.js';
import { quantile } from '../harness/rounds.js';
import { seeded } from './made-texts.js';
import { quickest } from './quickest.js';

const SIZE = 1_000_000;
const PROBES = 2_000;
/** Probes that are held against a scan of all hashes. */
const SCANNED = 200;

/** M13: look-ups in a bank of a million hashes, half of them near to one that is listed, held against a linear scan. */
export async function measureBank(_rounds: number): Promise<readonly Metric[]> {
  const random = seeded(13);
  const word = () => Math.floor(random() * 4_294_967_296) >>> 0;
  const listed: PdqHash[] = [];
  const index = createHashIndex();
  for (let at = 0; at < SIZE; at += 1) {
    const hash = Uint32Array.from({ length: 8 }, word);
    listed.push(hash);
    index.add(hash);
  }
  const probes = Array.from({ length: PROBES }, (_, at) => {
    if (at % 2 === 1) return Uint32Array.from({ length: 8 }, word);
    const near = listed[Math.floor(random() * SIZE)]!.slice();
    const bits = new Set<number>();
    const apart = Math.floor(random() * (PDQ_MATCH + 4));
    while (bits.size < apart) bits.add(Math.floor(random() * 256));
    for (const bit of bits) near[bit >> 5] = near[bit >> 5]! ^ (1 << (bit & 31));
    return near;
  });
  // The first look-up sorts the bank.
  const began = performance.now();
  index.near(probes[0]!);
  const sorted = performance.now() - began;
  const times = await quickest(probes, (probe) => index.near(probe));
  let expected = 0;
  let found = 0;
  for (const probe of probes.slice(0, SCANNED)) {
    const numbers = new Set(index.near(probe).map(({ number }) => number));
    listed.forEach((hash, number) => {
      if (pdqDistance(probe, hash) > PDQ_MATCH) return;
      expected += 1;
      if (numbers.has(number)) found += 1;
    });
    if (numbers.size > 0 && expected === 0) throw new Error('the bank found what a scan does not find');
  }
  return [
    judged('M13', 'look-up among 1,000,000 hashes, p99', quantile(times, 0.99), 'ms', atMost(5)),
    judged('M13', 'look-up among 1,000,000 hashes, p50', quantile(times, 0.5), 'ms', null),
    judged(
      'M13',
      `recall against a linear scan, ${expected} matches`,
      (100 * found) / expected,
      '%',
      atLeast(100),
    ),
    judged('M13', 'first look-up, which sorts the bank', sorted, 'ms', null),
  ];
}
