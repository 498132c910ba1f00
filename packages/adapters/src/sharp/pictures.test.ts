import {
  type BankMatch,
  bankEntryOf,
  createBankDetector,
  createHashBank,
  createMediaReader,
  createTextModeration,
  documentV1,
  type HashBank,
  type MemoryHashBank,
  type ModerationResult,
  pdqDistance,
} from '@socialkit/moderation';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { createSharpPixels } from './pixel-source.js';
import { cut, drawPicture, frame } from './sample-pictures.js';

const SEEDS = [11, 12, 13, 14, 15, 16, 17, 18];
const pixels = createSharpPixels();
const reader = createMediaReader({ pixels });
const clock = { now: () => 1_700_000_000_000 };

let originals: readonly Buffer[];
let bank: MemoryHashBank;

beforeAll(async () => {
  originals = await Promise.all(SEEDS.map((seed) => drawPicture(seed)));
  bank = createHashBank({ id: 'drawn', version: '1', mode: 'block' });
  for (const [at, original] of originals.entries())
    bank.add([bankEntryOf(`${at}`, await reader.read('r', original))]);
});

const matchesOf = async (bytes: Buffer): Promise<readonly BankMatch[]> =>
  bank.match(await reader.read('r', bytes));

/** How many of the pictures are found after an edit; nothing else may be found. */
async function foundAfter(edit: (original: Buffer) => Promise<Buffer>): Promise<number> {
  let found = 0;
  for (const [at, original] of originals.entries()) {
    const matches = await matchesOf(await edit(original));
    for (const { entry } of matches) expect(entry).toBe(`${at}`);
    if (matches.length > 0) found += 1;
  }
  return found;
}

describe('known pictures', () => {
  it('finds the same bytes exactly', async () => {
    const [match] = await matchesOf(originals[3]!);
    expect(match).toMatchObject({ entry: '3', distance: 0, variant: 'exact' });
  });

  it.each<[string, (original: Buffer) => Promise<Buffer>]>([
    ['written again at quality 30', (one) => sharp(one).jpeg({ quality: 30 }).toBuffer()],
    ['half as large', (one) => sharp(one).resize(128).jpeg().toBuffer()],
    ['in grey', (one) => sharp(one).greyscale().jpeg().toBuffer()],
    ['blurred', (one) => sharp(one).blur(3).jpeg().toBuffer()],
    ['squeezed', (one) => sharp(one).resize(128, 128, { fit: 'fill' }).jpeg().toBuffer()],
    ['turned by 90°', (one) => sharp(one).rotate(90).jpeg().toBuffer()],
    ['turned by 180°', (one) => sharp(one).rotate(180).jpeg().toBuffer()],
    ['turned by 270°', (one) => sharp(one).rotate(270).jpeg().toBuffer()],
    ['mirrored across', (one) => sharp(one).flop().jpeg().toBuffer()],
    ['mirrored down', (one) => sharp(one).flip().jpeg().toBuffer()],
    ['turned and mirrored', (one) => sharp(one).rotate(90).flop().jpeg().toBuffer()],
    ['as WebP', (one) => sharp(one).webp({ quality: 60 }).toBuffer()],
    ['cut by 5 %', (one) => cut(one, 0.05)],
    ['with a white border of 5 %', (one) => frame(one, 0.05, '#ffffff')],
    ['with a red border of 5 %', (one) => frame(one, 0.05, '#ff0000')],
  ])('finds all of them %s, and no other', async (_, edit) => {
    expect(await foundAfter(edit)).toBe(SEEDS.length);
  });

  it('finds nothing for other pictures', async () => {
    for (const seed of [101, 102, 103, 104, 105, 106])
      expect(await matchesOf(await drawPicture(seed))).toEqual([]);
  });

  it('knows a hash-only list that was made of the whole pictures', async () => {
    const listed = createHashBank({ id: 'listed', version: '1', mode: 'review' });
    for (const [at, original] of originals.entries()) {
      const entry = bankEntryOf(`${at}`, await reader.read('r', original));
      listed.add([{ id: entry.id, pdq: entry.pdq!.slice(0, 1) }]);
    }
    let found = 0;
    for (const original of originals) {
      const framed = await reader.read('r', await frame(original, 0.05, '#000000'));
      found += (await listed.match(framed)).length;
    }
    expect(found).toBe(SEEDS.length);
  });

  it('compares a plain picture by its bytes only', async () => {
    const plain = await sharp({ create: { width: 64, height: 64, channels: 3, background: '#88aacc' } })
      .png()
      .toBuffer();
    const reading = await reader.read('r', plain);
    expect(reading.frames![0]).toMatchObject({ fingerprints: [] });
    const entry = bankEntryOf('plain', reading);
    expect(entry.pdq).toEqual([]);
    const own = createHashBank({ id: 'plain', version: '1', mode: 'block' }, [entry]);
    expect(await own.match(reading)).toHaveLength(1);
    expect(await own.match(await reader.read('r', await sharp(plain).jpeg().toBuffer()))).toEqual([]);
  });
});

describe('reading pictures', () => {
  it('turns hashes as it turns pictures', async () => {
    const [whole] = (await reader.read('r', originals[0]!)).frames!;
    const [turned] = (await reader.read('r', await sharp(originals[0]).rotate(90).png().toBuffer())).frames!;
    const nearest = whole!.fingerprints
      .slice(0, 8)
      .map(({ hash, variant }) => ({ variant, distance: pdqDistance(hash, turned!.fingerprints[0]!.hash) }))
      .sort((a, b) => a.distance - b.distance);
    expect(nearest[0]!.variant).toBe('turned by 90°');
    expect(nearest[0]!.distance).toBeLessThanOrEqual(31);
    expect(nearest[1]!.distance).toBeGreaterThan(60);
  });

  it('looks at all parts of an animation', async () => {
    const pages = await Promise.all(
      [1, 2, 3].map(async (at) => sharp(originals[at]!).resize(120, 90, { fit: 'fill' }).raw().toBuffer()),
    );
    const moving = await sharp(Buffer.concat(pages), {
      raw: { width: 120, height: 270, channels: 3, pageHeight: 90 },
    })
      .gif({ delay: [200, 300, 400] })
      .toBuffer();
    const reading = await reader.read('r', moving);
    expect(reading.frames!.map(({ atMs }) => atMs)).toEqual([0, 200, 500]);
    expect((await bank.match(reading)).map(({ entry }) => entry).sort()).toEqual(['1', '2', '3']);
  });

  it('refuses what is over a limit before it decodes', async () => {
    const small = createMediaReader({
      pixels: createSharpPixels({ limits: { maxPixels: 10_000, maxBytes: 50_000 } }),
    });
    expect(await small.read('r', originals[0]!)).toMatchObject({ frames: null, failure: 'too_large' });
    expect(await small.read('r', Buffer.concat([originals[0]!, Buffer.alloc(60_000)]))).toMatchObject({
      failure: 'too_large',
    });
  });

  it('reads by content, and says what it cannot read', async () => {
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><rect width="9" height="9"/></svg>');
    expect(await reader.read('r', svg)).toMatchObject({ frames: null, failure: 'unsupported' });
    expect(await reader.read('r', originals[0]!.subarray(0, 900))).toMatchObject({
      mediaType: 'image/png',
      frames: null,
      failure: 'unreadable',
    });
    expect(await reader.read('r', Buffer.alloc(0))).toMatchObject({ failure: 'unsupported' });
  });

  it('gives services a small JPEG without metadata', async () => {
    const located = await sharp(originals[0])
      .resize(2000)
      .withExif({ IFD0: { Artist: 'somebody' }, IFD3: { GPSLatitude: '51/1 30/1 0/1' } })
      .jpeg()
      .toBuffer();
    expect((await sharp(located).metadata()).exif).toBeDefined();
    const [shown] = (await reader.read('r', located)).frames!;
    const metadata = await sharp(await shown!.still()).metadata();
    expect(metadata).toMatchObject({ format: 'jpeg', width: 1024 });
    expect(metadata.exif).toBeUndefined();
  });
});

describe('deciding by banks', () => {
  const decide = async (banks: readonly HashBank[], bytes: Buffer): Promise<ModerationResult> => {
    const moderation = createTextModeration(
      { clock },
      { detectors: [createBankDetector(banks, { deadlineMs: 200 })] },
    );
    const media = await reader.read('media-1', bytes);
    return moderation.moderate(
      { surface: 'media', id: 'm', texts: {}, media: [{ ref: media.ref, sha256: media.sha256 }] },
      { media: [media] },
    );
  };
  const bankOf = async (mode: 'block' | 'review' | 'child_safety') =>
    createHashBank({ id: mode, version: '7', mode }, [
      bankEntryOf('x', await reader.read('r', originals[0]!)),
    ]);

  it('removes what a blocking bank knows, and says which entry', async () => {
    const result = await decide([await bankOf('block')], await frame(originals[0]!, 0.05, '#ffffff'));
    expect(result).toMatchObject({ decision: 'remove', scores: { known_media: 1 } });
    expect(result.reasons[0]).toMatchObject({ detector: 'bank.block', version: '7', media: ['media-1'] });
    expect(result.findings.find(({ detector }) => detector === 'bank.block')!.evidence[0]).toMatchObject({
      kind: 'hash',
      bank: 'block',
      entry: 'x',
    });
  });

  it('puts before people what a bank for review knows', async () => {
    const result = await decide([await bankOf('review')], originals[0]!);
    expect(result).toMatchObject({ decision: 'flag_for_review', measures: { queue: 'known-media' } });
    expect(result.measures.handling).toBeUndefined();
  });

  it('holds back child-safety matches, restricted, and deletes nothing', async () => {
    const result = await decide([await bankOf('child_safety')], originals[0]!);
    expect(result).toMatchObject({
      decision: 'flag_for_review',
      measures: { queue: 'child-safety', handling: 'restricted', visibilityWhilePending: 'author' },
    });
  });

  it('approves what no bank knows', async () => {
    expect(await decide([await bankOf('block'), await bankOf('child_safety')], originals[1]!)).toMatchObject({
      decision: 'approve',
      degraded: false,
    });
  });

  it('holds everything back while a child-safety bank fails, is late, or the picture cannot be read', async () => {
    const failing = (match: HashBank['match']): HashBank => ({
      id: 'remote',
      version: '1',
      mode: 'child_safety',
      category: 'child_safety',
      match,
    });
    const faults: HashBank['match'][] = [
      () => {
        throw new Error('down');
      },
      () => Promise.reject(new Error('down')),
      () => new Promise(() => {}),
    ];
    for (const match of faults) {
      expect(await decide([failing(match)], originals[1]!)).toMatchObject({
        decision: 'flag_for_review',
        measures: { handling: 'restricted' },
        reasons: [{ ruleId: 'fail_policy', category: 'child_safety', media: ['media-1'] }],
      });
    }
    const damaged = originals[1]!.subarray(0, 500);
    expect(await decide([await bankOf('child_safety')], damaged)).toMatchObject({
      decision: 'flag_for_review',
    });
  });

  it('refuses a policy that would delete evidence', async () => {
    const { loadPolicy } = await import('@socialkit/moderation');
    expect(() =>
      loadPolicy({
        id: 'deleting',
        version: 1,
        rules: [{ id: 'r', when: { category: 'child_safety', gt: 0 }, do: { decision: 'remove' } }],
      }),
    ).toThrow(/does not hold together/);
    expect(documentV1.rules.some(({ id }) => id === 'known-media')).toBe(true);
  });
});
