import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RealtimeTransport } from './transport.js';

/** Two nodes of one platform; for the transport of a process twice the same. */
export interface TransportHarness {
  readonly a: RealtimeTransport;
  readonly b: RealtimeTransport;
  close(): Promise<void>;
}

/** The contract of {@link RealtimeTransport}. Messages are hints, but on a healthy transport they arrive. */
export function transportSuite(name: string, open: () => Promise<TransportHarness>): void {
  describe(`RealtimeTransport: ${name}`, () => {
    let harness: TransportHarness;
    let a: RealtimeTransport;
    let b: RealtimeTransport;
    beforeEach(async () => {
      harness = await open();
      ({ a, b } = harness);
    });
    afterEach(() => harness.close());

    const collect = async (transport: RealtimeTransport, channel: string) => {
      const heard: string[] = [];
      const stop = await transport.subscribe(channel, (message) => {
        heard.push(message);
      });
      return { heard, stop };
    };

    it('publishes into the void without complaint', async () => {
      await a.publish('nobody', 'x');
    });

    it('reaches every subscriber on every node, the publishing one included', async () => {
      const own = await collect(a, 'user.1');
      const second = await collect(a, 'user.1');
      const other = await collect(b, 'user.1');
      await a.publish('user.1', 'hello');
      await vi.waitFor(() => {
        for (const { heard } of [own, second, other]) expect(heard).toEqual(['hello']);
      });
    });

    it('delivers after publish has returned to the caller, never inside of it', async () => {
      let inside = true;
      let deliveredInside: boolean | undefined;
      await a.subscribe('later', () => {
        deliveredInside = inside;
      });
      const published = a.publish('later', 'x');
      inside = false;
      await published;
      await vi.waitFor(() => expect(deliveredInside).toBe(false));
    });

    it('keeps channels apart, whatever characters they hold', async () => {
      const channels = ['a', 'a.b', 'A', '{a}', 'ключ', 'a*'];
      const collectors = await Promise.all(channels.map((channel) => collect(b, channel)));
      for (const channel of channels) await a.publish(channel, channel);
      await vi.waitFor(() => {
        for (const [i, channel] of channels.entries()) expect(collectors[i]!.heard).toEqual([channel]);
      });
    });

    it('carries unicode, empty and large messages unchanged', async () => {
      const messages = ['', '𝒳 🎈', '\u0000', JSON.stringify({ a: [1, '"'] }), 'x'.repeat(60_000)];
      const { heard } = await collect(b, 'texts');
      for (const message of messages) await a.publish('texts', message);
      await vi.waitFor(() => expect([...heard].sort()).toEqual([...messages].sort()));
    });

    it('stops for the listener that ended its subscription, and for nobody else', async () => {
      const ended = await collect(b, 'user.1');
      const stays = await collect(b, 'user.1');
      await ended.stop();
      await ended.stop();
      await a.publish('user.1', 'x');
      await vi.waitFor(() => expect(stays.heard).toEqual(['x']));
      expect(ended.heard).toEqual([]);
    });

    it('can be subscribed again after the last listener left', async () => {
      const first = await collect(b, 'again');
      await first.stop();
      const second = await collect(b, 'again');
      await a.publish('again', 'x');
      await vi.waitFor(() => expect(second.heard).toEqual(['x']));
    });

    it('takes one function twice and ends each subscription by itself', async () => {
      const listener = vi.fn();
      const stopFirst = await b.subscribe('twice', listener);
      await b.subscribe('twice', listener);
      await stopFirst();
      await a.publish('twice', 'x');
      await vi.waitFor(() => expect(listener).toHaveBeenCalledTimes(1));
    });

    it('survives a listener that throws', async () => {
      await b.subscribe('broken', () => {
        throw new Error('listener');
      });
      const { heard } = await collect(b, 'broken');
      await a.publish('broken', 'x');
      await a.publish('broken', 'y');
      await vi.waitFor(() => expect([...heard].sort()).toEqual(['x', 'y']));
    });

    it('carries many channels at once', async () => {
      const channels = Array.from({ length: 300 }, (_, i) => `many.${i}`);
      const collectors = await Promise.all(channels.map((channel) => collect(b, channel)));
      await Promise.all(channels.map((channel) => a.publish(channel, channel)));
      await vi.waitFor(() => {
        for (const [i, channel] of channels.entries()) expect(collectors[i]!.heard).toEqual([channel]);
      });
    });

    it('is silent after it was closed', async () => {
      const { heard } = await collect(b, 'closed');
      await b.close();
      await b.publish('closed', 'x');
      await b.close();
      expect(heard).toEqual([]);
    });
  });
}
