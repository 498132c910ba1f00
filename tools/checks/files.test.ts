import { describe, expect, it } from 'vitest';
import { fileProblems } from './files.mjs';

const FINE = 'packages/core/src/graph/follow.ts';
const whatIn = (path: string, text = ''): string[] => fileProblems(path, text).map(({ what }) => what);

describe('sizes and names of files', () => {
  it('accepts a file of 400 lines and refuses one more, except in tests', () => {
    expect(whatIn(FINE, 'x\n'.repeat(400))).toEqual([]);
    expect(whatIn(FINE, 'x\n'.repeat(401))).toEqual(['401 lines']);
    expect(whatIn('packages/core/src/graph/follow.test.ts', 'x\n'.repeat(401))).toEqual([]);
  });

  it('refuses names that say nothing, as a file, a part of one, a folder or an export', () => {
    for (const path of [
      'graph/utils.ts',
      'graph/follow-helpers.ts',
      'graph/user-data.ts',
      'common/follow.ts',
    ]) {
      expect(whatIn(`packages/core/src/${path}`)).toHaveLength(1);
    }
    expect(whatIn(FINE, 'export const followUtils = 1;')).toHaveLength(1);
    expect(whatIn(FINE, 'export class GraphManager {}')).toHaveLength(1);
    expect(whatIn('packages/core/src/graph/database.ts', 'export const manage = informed;')).toEqual([]);
  });

  it('refuses other cases than kebab', () => {
    expect(whatIn('packages/core/src/graph/followUser.ts')).toHaveLength(1);
    expect(whatIn('packages/core/src/graph/store.follows.suite.ts')).toEqual([]);
  });

  it('refuses skipped and focused tests, loose ends and a silenced compiler', () => {
    expect(whatIn('packages/core/src/graph/follow.test.ts', "it.only('x', () => {});")).toHaveLength(1);
    expect(whatIn('packages/core/src/graph/follow.test.ts', "it.skip('x', () => {});")).toHaveLength(1);
    expect(
      whatIn('packages/core/src/graph/follow.test.ts', "it.skip('x [skipped: one process]', () => {});"),
    ).toEqual([]);
    expect(whatIn(FINE, '// TODO: later')).toHaveLength(1);
    expect(whatIn(FINE, '// @TODO(#12) later')).toEqual([]);
    expect(whatIn(FINE, '// @ts-ignore')).toHaveLength(1);
  });
});
