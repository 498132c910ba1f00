import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { StreamName } from './streams.js';
import { type StreamTail, TAIL_LENGTH } from './tail.js';
import type { RealtimeTransport } from './transport.js';

/** Two nodes of one platform; for the tail of a process twice the same. */
export interface TailHarness {
  readonly a: { readonly tail: StreamTail; readonly transport: RealtimeTransport };
  readonly b: { readonly tail: StreamTail; readonly transport: RealtimeTransport };
  close(): Promise<void>;
}

const stream: StreamName = 'user:71';
const other: StreamName = 'conversation:71';

/** The contract of {@link StreamTail}, on a healthy transport. */
export function tailSuite(name: string, open: () => Promise<TailHarness>): void {
  describe(`StreamTail: ${name}`, () => {
    let harness: TailHarness;
    beforeEach(async () => {
      harness = await open();
    });
    afterEach(() => harness.close());

    const entry = (offset: number, text = `m${offset}`) => ({ offset, message: text });
    const span = (from: number, to: number) =>
      Array.from({ length: to - from + 1 }, (_, i) => entry(from + i));
    const append = (
      entries: readonly { readonly offset: number; readonly message: string }[],
      {
        cut = null,
        of = stream,
        epoch = 'e1',
      }: { cut?: number | null; of?: StreamName; epoch?: string } = {},
    ) => harness.a.tail.append({ epoch, stream: of, entries, cut });
    const read = (after: number, upTo: number, of = stream, epoch = 'e1') =>
      harness.b.tail.read(epoch, of, after, upTo);

    it('has nothing of a stream it never heard of', async () => {
      expect(await read(0, 3)).toBeNull();
      expect(await read(3, 3)).toEqual([]);
    });

    it('keeps what was appended and sends it, in order', async () => {
      const heard: string[] = [];
      await harness.b.transport.subscribe(harness.b.tail.channelOf(stream), (message) => {
        heard.push(message);
      });
      await append(span(1, 3));
      await append(span(4, 5));
      await append([entry(1, 'of another')], { of: other });
      await vi.waitFor(() => expect(heard).toEqual(['m1', 'm2', 'm3', 'm4', 'm5']));
      expect(await read(0, 5)).toEqual(['m1', 'm2', 'm3', 'm4', 'm5']);
      expect(await read(2, 4)).toEqual(['m3', 'm4']);
      expect(await read(0, 1, other)).toEqual(['of another']);
    });

    it('gives everything that was asked for, or nothing', async () => {
      await append(span(5, 7));
      expect(await read(4, 7)).toEqual(['m5', 'm6', 'm7']);
      expect(await read(3, 7)).toBeNull();
      expect(await read(4, 8)).toBeNull();
    });

    it('takes entries late, out of order, and again', async () => {
      await append([entry(3)]);
      await append([entry(1)]);
      expect(await read(0, 3)).toBeNull();
      await append([entry(2)]);
      expect(await read(0, 3)).toEqual(['m1', 'm2', 'm3']);
      await append([entry(2, 'again')]);
      expect(await read(0, 3)).toEqual(['m1', 'again', 'm3']);
    });

    it(`keeps the newest ${TAIL_LENGTH}`, async () => {
      await append(span(1, TAIL_LENGTH));
      expect(await read(0, TAIL_LENGTH)).toHaveLength(TAIL_LENGTH);
      await append(span(TAIL_LENGTH + 1, TAIL_LENGTH + 10));
      expect(await read(10, TAIL_LENGTH + 10)).toHaveLength(TAIL_LENGTH);
      expect(await read(9, TAIL_LENGTH + 9)).toBeNull();
    });

    it('gives nothing from before a cut, also when it arrives late', async () => {
      await append(span(1, 4));
      await append([entry(6)], { cut: 6 });
      await append([entry(5, 'late')]);
      expect(await read(3, 6)).toBeNull();
      expect(await read(4, 6)).toBeNull();
      expect(await read(5, 6)).toEqual(['m6']);
      await append([entry(7)]);
      expect(await read(5, 7)).toEqual(['m6', 'm7']);
    });

    it('keeps epochs apart', async () => {
      await append(span(1, 2));
      await append([entry(1, 'new')], { epoch: 'e2' });
      expect(await read(0, 1, stream, 'e2')).toEqual(['new']);
      expect(await read(0, 2, stream, 'e2')).toBeNull();
      expect(await read(0, 2)).toEqual(['m1', 'm2']);
    });

    it('carries unicode and large messages unchanged', async () => {
      const texts = ['𝒳 🎈\\n"', 'x'.repeat(60_000), ''];
      await append(texts.map((text, i) => entry(i + 1, `${i} ${text}`)));
      expect(await read(0, 3)).toEqual(texts.map((text, i) => `${i} ${text}`));
    });

    it('keeps many streams at once', async () => {
      const streams = Array.from({ length: 300 }, (_, i): StreamName => `user:${i + 1}`);
      await Promise.all(streams.map((of) => append([entry(1, of)], { of })));
      expect(await Promise.all(streams.map((of) => read(0, 1, of)))).toEqual(streams.map((of) => [of]));
    });
  });
}
