import { describe, expect, it } from 'vitest';
import { coalescing } from './coalesce.js';

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A runner whose runs end when the test says so. */
function manual() {
  const runs: { readonly questions: readonly number[]; end(error?: Error): Promise<void> }[] = [];
  const run = (questions: readonly number[]) =>
    new Promise<readonly string[]>((resolve, reject) => {
      runs.push({
        questions,
        async end(error) {
          if (error) reject(error);
          else resolve(questions.map((question) => `answer ${question}`));
          // The lane is free after the callers have been told, and taken again at the end of that turn.
          await turn();
          await turn();
        },
      });
    });
  return { runs, run };
}

const asked = (runs: ReturnType<typeof manual>['runs']) => runs.map(({ questions }) => questions);

describe('asking together', () => {
  it('asks together what comes up in one turn, and what had to wait for a lane', async () => {
    const { runs, run } = manual();
    const ask = coalescing(run, { lanes: 2, most: 3, together: () => true });
    const first = ask(1);
    await turn();
    const second = Promise.resolve().then(() => ask(2));
    const answers = [first, second, ask(3)];
    await turn();
    expect(asked(runs)).toEqual([[1], [3, 2]]);
    answers.push(...[4, 5, 6, 7].map(ask));
    await turn();
    expect(asked(runs)).toHaveLength(2);
    await runs[0]?.end();
    expect(asked(runs)).toEqual([[1], [3, 2], [4, 5, 6]]);
    await runs[1]?.end();
    expect(asked(runs)).toEqual([[1], [3, 2], [4, 5, 6], [7]]);
    for (const { end } of runs.slice(2)) await end();
    expect(await Promise.all(answers)).toEqual([1, 2, 3, 4, 5, 6, 7].map((n) => `answer ${n}`));
  });

  it('keeps apart what cannot be asked together, in the order of asking', async () => {
    const { runs, run } = manual();
    const ask = coalescing(run, { lanes: 1, most: 8, together: (a, b) => a % 2 === b % 2 });
    const answers = [0, 1, 2, 3, 4].map(ask);
    await turn();
    await runs[0]?.end();
    await runs[1]?.end();
    expect(asked(runs)).toEqual([
      [0, 2, 4],
      [1, 3],
    ]);
    expect(await Promise.all(answers)).toHaveLength(5);
  });

  it('fails those who asked together together, and goes on', async () => {
    const { runs, run } = manual();
    const ask = coalescing(run, { lanes: 1, most: 8, together: () => true });
    const first = ask(1);
    await turn();
    const refused = Promise.allSettled([ask(2), ask(3)]);
    await runs[0]?.end();
    await runs[1]?.end(new Error('down'));
    expect((await refused).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await first).toBe('answer 1');
    const next = ask(4);
    await turn();
    await runs[2]?.end();
    expect(await next).toBe('answer 4');
  });
});
