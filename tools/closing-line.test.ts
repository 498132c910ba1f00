import { expect, it } from 'vitest';
import { closingLine, flakyTests } from './closing-line.mjs';

const module = (state: string, ...tests: string[]) => ({
  state: () => state,
  children: { allTests: () => tests.map((result) => ({ result: () => ({ state: result }) })) },
});

it('counts tests over all files', () => {
  expect(closingLine([module('passed', 'passed', 'skipped'), module('failed', 'passed', 'failed')], [])).toBe(
    '2 passed, 1 failed, 1 skipped',
  );
});

it('counts what failed outside of tests as a failure', () => {
  expect(closingLine([module('failed')], [])).toBe('0 passed, 1 failed, 0 skipped');
  expect(closingLine([module('passed', 'passed')], [new Error('unhandled')])).toBe(
    '1 passed, 1 failed, 0 skipped',
  );
  expect(closingLine([module('passed', 'passed', 'pending')], [])).toBe('1 passed, 1 failed, 0 skipped');
});

it('names tests that passed only when they were run again', () => {
  const test = (fullName: string, flaky: boolean) => ({ fullName, diagnostic: () => ({ flaky }) });
  const ran = {
    relativeModuleId: 'a.test.ts',
    children: { allTests: () => [test('x > steady', false), test('x > shaky', true)] },
  };
  expect(flakyTests([ran])).toEqual(['a.test.ts > x > shaky']);
});
