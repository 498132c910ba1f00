import { describe, expect, it } from 'vitest';
import {
  accountOf,
  anonymous,
  requirePermission,
  staffActor,
  systemActor,
  userActor,
  viewerOf,
} from './actor.js';
import { errorToJson, HTTP_STATUS, isSocialError, notFound, SOCKET_CLOSE, SocialError } from './errors.js';

describe('errors', () => {
  it('are recognised by brand, also of another copy of the package', () => {
    const copy = Object.assign(new Error('x'), { [Symbol.for('socialkit.error')]: true });
    expect(isSocialError(notFound('post'))).toBe(true);
    expect(isSocialError(copy)).toBe(true);
    for (const other of [new Error('x'), { code: 'post.not_found' }, null, undefined, 'x'])
      expect(isSocialError(other)).toBe(false);
  });

  it('have codes of one form only', () => {
    for (const code of ['post', 'Post.x', 'post.', 'post.Not', 'a.b.c', ' a.b'])
      expect(() => new SocialError('internal', code, 'x')).toThrow(TypeError);
    expect(notFound('follow_request')).toMatchObject({
      code: 'follow_request.not_found',
      message: 'no such follow request',
      category: 'not_found',
    });
  });

  it('are retryable where waiting helps', () => {
    for (const category of Object.keys(HTTP_STATUS) as (keyof typeof HTTP_STATUS)[])
      expect(new SocialError(category, 'a.b', 'x').retryable).toBe(
        ['rate_limited', 'unavailable', 'timeout'].includes(category),
      );
    expect(new SocialError('unavailable', 'a.b', 'x', { retryable: false }).retryable).toBe(false);
  });

  it('travel without cause and stack', () => {
    const error = new SocialError('validation', 'a.b', 'x', {
      cause: new Error('secret'),
      fields: [{ path: 'p', message: 'm' }],
      retryAfterMs: 5,
    });
    expect(errorToJson(error)).toEqual({
      code: 'a.b',
      category: 'validation',
      message: 'x',
      retryable: false,
      retryAfterMs: 5,
      fields: [{ path: 'p', message: 'm' }],
    });
    expect(Object.keys(errorToJson(notFound('post'))).sort()).toEqual([
      'category',
      'code',
      'message',
      'retryable',
    ]);
  });

  it('map to HTTP and socket codes without gaps', () => {
    for (const [category, status] of Object.entries(HTTP_STATUS)) {
      expect(status).toBeGreaterThanOrEqual(400);
      expect(SOCKET_CLOSE[category as keyof typeof SOCKET_CLOSE]).toBe(4000 + status);
    }
  });
});

describe('actors', () => {
  const staff = staffActor('9', { rank: 2, permissions: ['content.review'] });
  it('act with their account, if they have one', () => {
    expect([userActor('1'), staff].map(accountOf)).toEqual(['1', '9']);
    expect([userActor('1'), staff, anonymous, systemActor('x')].map(viewerOf)).toEqual([
      '1',
      '9',
      null,
      null,
    ]);
    expect(() => accountOf(anonymous)).toThrow(expect.objectContaining({ category: 'unauthenticated' }));
    expect(() => accountOf(systemActor('x'))).toThrow(expect.objectContaining({ category: 'forbidden' }));
  });
  it('need the very permission', () => {
    requirePermission(staff, 'content.review');
    requirePermission(systemActor('x'), 'content.review');
    for (const [actor, category] of [
      [staffActor('9', { rank: 9, permissions: [] }), 'forbidden'],
      [userActor('1'), 'forbidden'],
      [anonymous, 'unauthenticated'],
    ] as const)
      expect(() => requirePermission(actor, 'content.review')).toThrow(expect.objectContaining({ category }));
  });
  it('cannot be changed', () => {
    expect(() => {
      (userActor('1') as { id: string }).id = '2';
    }).toThrow(TypeError);
  });
});
