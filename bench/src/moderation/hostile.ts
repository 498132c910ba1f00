import { createTextModeration } from '@socialkit/moderation';
import { atMost, judged, type Metric } from '../harness/metric.js';
import { hostileTexts } from './made-texts.js';
import { learnedModel } from './texts.js';

const LENGTH = 100_000;
const clock = { now: () => Date.UTC(2026, 0, 1, 12) };

/**
 * M15: whole decisions about texts of 100,000 characters that are made to be slow, and how the time grows from half the
 * length: linear is 2.
 */
export async function measureHostile(rounds: number): Promise<readonly Metric[]> {
  const moderation = createTextModeration({ clock }, { spamModel: learnedModel() });
  const timeOf = async (text: string): Promise<number> => {
    const times: number[] = [];
    for (let round = 0; round < rounds + 1; round += 1) {
      const began = performance.now();
      await moderation.moderate({ surface: 'post', id: 'p', texts: { text } });
      times.push(performance.now() - began);
    }
    // The quickest: what the machine does beside is not the text's doing.
    return Math.min(...times);
  };
  const whole = hostileTexts(LENGTH);
  const half = hostileTexts(LENGTH / 2);
  const measured: { name: string; ms: number }[] = [];
  let all = 0;
  let halves = 0;
  for (const [name, text] of Object.entries(whole)) {
    const ms = await timeOf(text);
    measured.push({ name, ms });
    all += ms;
    halves += await timeOf(half[name]!);
  }
  const slowest = measured.reduce((a, b) => (b.ms > a.ms ? b : a));
  return [
    judged(
      'M15',
      `slowest of ${measured.length} hostile texts: ${slowest.name}`,
      slowest.ms,
      'ms',
      atMost(50),
    ),
    // Caches end somewhere between the lengths; a square would be 4.
    judged('M15', 'growth of all together from half the length', all / halves, 'x', atMost(3)),
    ...measured.map(({ name, ms }) => judged('M15', name, ms, 'ms', null)),
  ];
}
