import { SocialError } from '@socialkit/core/protocol';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Hint } from '../realtime/realtime-client.js';
import { systemTimers } from '../realtime/timers.js';
import type { ChatCall } from './calls.js';
import { createTyping } from './typing.js';

const ID = '7';

/** Typing over a client that does nothing but hear hints and note what was called. */
function typing() {
  let hear: (hint: Hint) => void = () => {};
  const said: unknown[] = [];
  const errors: unknown[] = [];
  let changes = 0;
  let refusal: SocialError | null = null;
  const call = (async (_operation: string, input: unknown) => {
    said.push(input);
    if (refusal) throw refusal;
    return { shown: true };
  }) as unknown as ChatCall;
  const client = {
    userId: '1',
    onHint(listener: (hint: Hint) => void) {
      hear = listener;
      return () => {
        hear = () => {};
      };
    },
  };
  const made = createTyping(
    { client, call, timers: systemTimers, error: (error) => errors.push(error) },
    ID,
    () => {
      changes++;
    },
  );
  const hint = (type: string, userId: string, more: object = {}, from = `conversation:${ID}`) =>
    hear({ from, type, data: { userId, ...more } });
  return {
    made,
    hint,
    said,
    errors,
    changes: () => changes,
    refuse(error: SocialError) {
      refusal = error;
    },
  };
}

describe('typing', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('shows others until their time is over, and longer when they go on', () => {
    const { made, hint, changes } = typing();
    hint('typing.started', '2', { expiresInMs: 6000 });
    hint('typing.started', '3', { expiresInMs: 6000 });
    hint('typing.started', '1', { expiresInMs: 6000 });
    hint('typing.started', '4', { expiresInMs: 6000 }, 'conversation:8');
    expect(made.users).toEqual(['2', '3']);
    vi.advanceTimersByTime(5000);
    hint('typing.started', '3', { expiresInMs: 6000 });
    vi.advanceTimersByTime(1000);
    expect(made.users).toEqual(['3']);
    vi.advanceTimersByTime(5000);
    expect(made.users).toEqual([]);
    expect(changes()).toBe(4);
  });

  it('ends with their word, their message and the conversation', () => {
    const { made, hint } = typing();
    for (const id of ['2', '3', '4']) hint('typing.started', id);
    hint('typing.stopped', '2');
    made.forget('3');
    expect(made.users).toEqual(['4']);
    made.close();
    hint('typing.started', '5');
    expect(made.users).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('says so once in three seconds, that it stopped once, and nothing more after a message was sent', () => {
    const { made, said } = typing();
    made.stopped();
    for (let n = 0; n < 7; n++) {
      made.typed();
      vi.advanceTimersByTime(1000);
    }
    made.stopped();
    made.stopped();
    made.typed();
    made.sent();
    made.stopped();
    made.typed();
    expect(said.map((input) => (input as { typing: boolean }).typing)).toEqual([
      true,
      true,
      true,
      false,
      true,
      true,
    ]);
  });

  it('is silent about a lost connection, and not about a refusal', async () => {
    const { made, refuse, errors } = typing();
    refuse(new SocialError('timeout', 'call.timeout', 'late'));
    made.typed();
    await vi.advanceTimersByTimeAsync(3000);
    expect(errors).toEqual([]);
    refuse(new SocialError('forbidden', 'conversation.not_allowed', 'no'));
    made.typed();
    await vi.advanceTimersByTimeAsync(0);
    expect(errors).toMatchObject([{ code: 'conversation.not_allowed' }]);
  });
});
