import { CLOSE } from '@socialkit/core/protocol';
import { describe, expect, it } from 'vitest';
import { backoffMs, pauseAfter, verdictOf } from './backoff.js';
import { startHeartbeat } from './heartbeat.js';

describe('the pause before another attempt', () => {
  it('lies anywhere below a bound that doubles from half a second to half a minute', () => {
    const bounds = Array.from({ length: 9 }, (_, failures) => backoffMs(failures, 1));
    expect(bounds).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
    expect(backoffMs(3, 0)).toBe(0);
    expect(backoffMs(3, 0.5)).toBe(2000);
    expect(backoffMs(5000, 1)).toBe(30_000);
  });

  it('honours what the server asked for', () => {
    expect(pauseAfter('jittered', 0, 0, { byeAfterMs: 7000 })).toBe(7000);
    expect(pauseAfter('later', 0, 0)).toBe(5000);
    expect(pauseAfter('yes', 0, 0)).toBe(0);
  });

  it('has a verdict for every code', () => {
    for (const { code, reconnect } of Object.values(CLOSE)) expect(verdictOf(code)).toBe(reconnect);
    for (const code of [1000, 1001, 1006, 1011, 1012, 4999]) expect(verdictOf(code)).toBe('yes');
  });
});

describe('the heartbeat', () => {
  const clocked = (random: number) => {
    let now = 0;
    let timers: { at: number; work: () => void }[] = [];
    const told: string[] = [];
    const heartbeat = startHeartbeat({
      timers: {
        now: () => now,
        after(ms, work) {
          const timer = { at: now + ms, work };
          timers.push(timer);
          return () => {
            timers = timers.filter((other) => other !== timer);
          };
        },
      },
      random: () => random,
      intervalMs: 1000,
      pongTimeoutMs: 400,
      ping: () => told.push(`ping ${now}`),
      dead: () => told.push(`dead ${now}`),
    });
    const advance = (ms: number) => {
      const end = now + ms;
      for (;;) {
        const [next] = timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
        if (next === undefined) break;
        timers = timers.filter((timer) => timer !== next);
        now = next.at;
        next.work();
      }
      now = end;
    };
    return { heartbeat, told, advance };
  };

  it('pings before the interval is over', () => {
    const { told, advance, heartbeat } = clocked(0.5);
    for (let n = 0; n < 3; n++) {
      advance(900);
      heartbeat.heard();
    }
    expect(told).toEqual(['ping 900', 'ping 1800', 'ping 2700']);
  });

  it('gives up what does not answer, and not what says anything', () => {
    const { told, advance, heartbeat } = clocked(0);
    advance(1100);
    heartbeat.heard();
    advance(500);
    expect(told).toEqual(['ping 800', 'ping 1600']);
    advance(400);
    expect(told).toEqual(['ping 800', 'ping 1600', 'dead 2000']);
  });

  it('says nothing when it was stopped', () => {
    const { told, advance, heartbeat } = clocked(0);
    advance(900);
    heartbeat.stop();
    advance(10_000);
    expect(told).toEqual(['ping 800']);
  });
});
