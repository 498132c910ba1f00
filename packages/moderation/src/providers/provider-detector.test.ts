import { describe, expect, it } from 'vitest';
import type { FrameReading, MediaReading } from '../kernel/media-reading.js';
import { createTextModeration } from '../moderate.js';
import { createProviderDetector } from './provider-detector.js';
import type { ProviderPart, ProviderReading, ProviderShape } from './shape.js';

const SHA = 'a'.repeat(64);
const shape: ProviderShape = {
  id: 'service',
  version: '1',
  categories: { text: ['hate'], image: ['nsfw'] },
  request: () => ({ path: '', headers: {}, body: {} }),
  read: () => ({ model: null, scores: [], unmapped: [] }),
};
const frame = (atMs: number, mark: number): FrameReading => ({
  atMs,
  quality: 100,
  fingerprints: [],
  still: async () => Uint8Array.of(mark),
});
const video = (marks: readonly number[]): MediaReading => ({
  ref: 'clip',
  sha256: SHA,
  kind: 'video',
  mediaType: 'video/mp4',
  frames: marks.map((mark, at) => frame(at * 1000, mark)),
  failure: null,
});

/** Judges with a service that scores a picture by its only byte, in percent; 255 makes it fail. */
async function judge(input: {
  readonly texts?: Record<string, string>;
  readonly media?: readonly MediaReading[];
}) {
  const asked: ProviderPart[] = [];
  const ask = async (part: ProviderPart): Promise<ProviderReading> => {
    asked.push(part);
    if (part.modality === 'text')
      return {
        model: 'm2',
        unmapped: [],
        scores: [{ category: 'hate', score: 0.9, label: 'HATE', spans: [{ start: 7, end: 12 }] }],
      };
    const [mark] = part.jpeg;
    if (mark === 255) throw new Error('down');
    return { model: 'm2', unmapped: [], scores: [{ category: 'nsfw', score: mark! / 100, label: 'nude' }] };
  };
  const { texts = {}, media = [] } = input;
  const detector = createProviderDetector({ shape, ask });
  const moderation = createTextModeration({ clock: { now: () => 0 } }, { detectors: [detector] });
  const detection = await moderation.detect(
    { surface: 'media', id: 'm', texts, media: media.map(({ ref, sha256 }) => ({ ref, sha256 })) },
    { media },
  );
  return {
    asked,
    findings: detection.findings.filter(({ group }) => group === 'service'),
    missing: detection.missing.filter(({ detector: id }) => id.startsWith('service')),
  };
}

describe('a service as a detector', () => {
  it('takes the highest score of a video and says when and in what share it is seen', async () => {
    const { findings } = await judge({ media: [video([10, 80, 90, 20])] });
    expect(findings).toMatchObject([
      {
        category: 'nsfw',
        score: 0.9,
        version: '1+m2',
        evidence: [{ kind: 'timerange', ref: 'clip', fromMs: 1000, toMs: 2000, share: 0.5 }],
      },
    ]);
  });

  it('sends texts as one and puts spans back into their fields', async () => {
    const { asked, findings } = await judge({ texts: { bio: 'a bio', displayName: 'a name' } });
    expect(asked).toEqual([{ modality: 'text', text: 'a bio\na name', locale: null }]);
    expect(findings[0]!.evidence).toEqual([
      { kind: 'span', field: 'displayName', note: 'service: HATE', spans: [{ start: 1, end: 6 }] },
    ]);
  });

  it('never takes what was not asked or not answered for zero', async () => {
    const onlyText = await judge({ texts: { text: 'words' } });
    expect(onlyText.missing).toMatchObject([{ category: 'nsfw', reason: 'not_applicable' }]);
    const failed = await judge({ media: [video([255])] });
    expect(failed.findings).toEqual([]);
    expect(failed.missing).toContainEqual(
      expect.objectContaining({ category: 'nsfw', reason: 'unavailable' }),
    );
    const unreadable = await judge({ media: [{ ...video([]), frames: null, failure: 'unreadable' }] });
    expect(unreadable.missing).toContainEqual(
      expect.objectContaining({ category: 'nsfw', reason: 'unavailable' }),
    );
  });

  it('keeps what was judged and says beside it that a part was not', async () => {
    const { findings, missing } = await judge({ media: [video([70, 255])] });
    expect(findings).toMatchObject([{ category: 'nsfw', score: 0.7 }]);
    expect(missing).toContainEqual(
      expect.objectContaining({ detector: 'service.rest', category: 'nsfw', reason: 'unavailable' }),
    );
  });
});
