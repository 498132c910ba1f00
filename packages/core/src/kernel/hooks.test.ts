import { afterEach, describe, expect, it, vi } from 'vitest';
import { anonymous, userActor } from './actor.js';
import { SocialError } from './errors.js';
import { createHooks } from './hooks.js';

const actor = userActor('1');

describe('before hooks', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it('leave an operation without hooks alone', async () => {
    const hooks = createHooks();
    hooks.before('posts.create', () => ({ text: 'changed' }));
    const input = { text: 'a' };
    expect(await hooks.run('posts.edit', actor, input)).toEqual({ input, changed: false });
  });

  it('see the actor and the input, in order of registration, each what the one before left', async () => {
    const hooks = createHooks();
    const seen: unknown[] = [];
    hooks.before('posts.create', (by, input) => {
      seen.push([by, input]);
    });
    hooks.before('posts.create', async () => ({ text: 'b' }));
    hooks.before('posts.create', (_, input) => ({ text: `${(input as { text: string }).text}c` }));
    expect(await hooks.run('posts.create', anonymous, { text: 'a' })).toEqual({
      input: { text: 'bc' },
      changed: true,
    });
    expect(seen).toEqual([[anonymous, { text: 'a' }]]);
  });

  it('can be removed', async () => {
    const hooks = createHooks();
    const remove = hooks.before('posts.create', () => ({ text: 'b' }));
    hooks.before('posts.create', () => undefined);
    remove();
    remove();
    expect((await hooks.run('posts.create', actor, 1)).changed).toBe(false);
  });

  it('veto with a SocialError, which passes unchanged and stops the rest', async () => {
    const hooks = createHooks();
    const veto = new SocialError('forbidden', 'host.says_no', 'no');
    let later = false;
    hooks.before('posts.create', () => {
      throw veto;
    });
    hooks.before('posts.create', () => {
      later = true;
    });
    await expect(hooks.run('posts.create', actor, 1)).rejects.toBe(veto);
    expect(later).toBe(false);
  });

  it('refuse when they break: a broken guard lets nothing through', async () => {
    const hooks = createHooks();
    const cause = new TypeError('a bug of the host');
    hooks.before('posts.create', async () => {
      throw cause;
    });
    await expect(hooks.run('posts.create', actor, 1)).rejects.toMatchObject({
      code: 'hook.failed',
      category: 'unavailable',
      cause,
    });
  });

  it('share one deadline', async () => {
    vi.useFakeTimers();
    const hooks = createHooks({ deadlineMs: 30 });
    const slow = () => new Promise<void>((resolve) => setTimeout(resolve, 20));
    hooks.before('fast', slow);
    hooks.before('slow', slow);
    hooks.before('slow', slow);
    hooks.before('never', () => new Promise(() => {}));
    const run = async (operation: string) => {
      const running = hooks.run(operation, actor, 1).catch((error: unknown) => error);
      await vi.advanceTimersByTimeAsync(30);
      return running;
    };
    expect(await run('fast')).toMatchObject({ changed: false });
    for (const operation of ['slow', 'never'])
      expect(await run(operation)).toMatchObject({ code: 'hook.timeout', category: 'timeout' });
  });
});
