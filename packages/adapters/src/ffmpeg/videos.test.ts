import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  bankEntryOf,
  createBankDetector,
  createHashBank,
  createMediaReader,
  createTextModeration,
} from '@socialkit/moderation';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSharpPixels } from '../sharp/pixel-source.js';
import { drawPicture } from '../sharp/sample-pictures.js';
import { createFfmpegFrames } from './frame-source.js';

const present =
  spawnSync('ffmpeg', ['-version']).status === 0 && spawnSync('ffprobe', ['-version']).status === 0;
const folder = mkdtempSync(join(tmpdir(), 'socialkit-ffmpeg-test-'));
const pixels = createSharpPixels();
const reader = createMediaReader({ pixels, frames: createFfmpegFrames({ folder }) }, { videoFrames: 8 });

/** A clip that shows drawn pictures, half a second each. */
async function filmOf(seeds: readonly number[], name: string, codec: readonly string[]): Promise<Buffer> {
  for (const [at, seed] of seeds.entries())
    writeFileSync(join(folder, `${name}-${at}.png`), await drawPicture(seed));
  const path = join(folder, `${name}.mp4`);
  const { status, stderr } = spawnSync('ffmpeg', [
    ...['-v', 'error', '-y', '-framerate', '2', '-i', join(folder, `${name}-%d.png`)],
    ...['-r', '10', ...codec, '-pix_fmt', 'yuv420p', path],
  ]);
  if (status !== 0) throw new Error(stderr.toString());
  return readFileSync(path);
}

const MPEG4 = ['-c:v', 'mpeg4', '-q:v', '3'];
let film: Buffer;
let copy: Buffer;
let other: Buffer;
let mixed: Buffer;

describe.skipIf(!present)(`videos${present ? '' : ' [skipped: ffmpeg is not installed]'}`, () => {
  beforeAll(async () => {
    film = await filmOf([1, 2, 3, 4, 5, 6, 7, 8], 'film', MPEG4);
    copy = await filmOf([1, 2, 3, 4, 5, 6, 7, 8], 'copy', [
      '-c:v',
      'mpeg4',
      '-q:v',
      '20',
      '-vf',
      'scale=192:144',
    ]);
    other = await filmOf([21, 22, 23, 24, 25, 26, 27, 28], 'other', MPEG4);
    mixed = await filmOf([21, 22, 23, 24, 25, 26, 27, 8], 'mixed', MPEG4);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('looks at frames that are evenly spread, and leaves no file behind', async () => {
    const reading = await reader.read('v', film);
    expect(reading).toMatchObject({ kind: 'video', mediaType: 'video/mp4', failure: null });
    expect(reading.frames!.map(({ atMs }) => atMs)).toEqual([0, 500, 1000, 1500, 2000, 2500, 3000, 3500]);
    expect(readdirSync(folder).filter((name) => name.startsWith('socialkit-video-'))).toEqual([]);
  });

  it('finds a copy of another size and quality by the share of its frames, and no other film', async () => {
    const bank = createHashBank({ id: 'films', version: '1', mode: 'block' }, [
      bankEntryOf('film', await reader.read('v', film)),
    ]);
    const [match] = await bank.match(await reader.read('v', copy));
    expect(match).toMatchObject({ entry: 'film' });
    expect(match!.share).toBeGreaterThanOrEqual(0.75);
    expect(await bank.match(await reader.read('v', other))).toEqual([]);
    // One frame of eight is less than the share a film is known by.
    expect(await bank.match(await reader.read('v', mixed))).toEqual([]);
  });

  it('finds a listed picture inside a film, and says where', async () => {
    const bank = createHashBank({ id: 'pictures', version: '1', mode: 'review' }, [
      bankEntryOf('eight', await reader.read('p', await drawPicture(8))),
    ]);
    const reading = await reader.read('v', mixed);
    const moderation = createTextModeration(
      { clock: { now: () => 0 } },
      { detectors: [createBankDetector([bank])] },
    );
    const { findings } = await moderation.detect(
      { surface: 'media', id: 'm', texts: {}, media: [{ ref: 'v', sha256: reading.sha256 }] },
      { media: [reading] },
    );
    const found = findings.find(({ category }) => category === 'known_media')!;
    expect(found.evidence.map(({ kind }) => kind)).toEqual(['hash', 'timerange']);
    expect(found.evidence[1]).toMatchObject({ fromMs: 3500, toMs: 3500, share: 1 / 8 });
  });

  it('says that it could not look at what is damaged, too long or too slow', async () => {
    const damaged = Buffer.concat([film.subarray(0, 200), Buffer.alloc(300)]);
    expect(await reader.read('v', damaged)).toMatchObject({ frames: null, failure: 'unreadable' });
    const strict = (options: Parameters<typeof createFfmpegFrames>[0]) =>
      createFfmpegFrames({ folder, ...options }).sample(film, { most: 4 });
    await expect(strict({ maxDurationMs: 1_000 })).rejects.toMatchObject({ code: 'media.too_large' });
    await expect(strict({ maxBytes: 100 })).rejects.toMatchObject({ code: 'media.too_large' });
    await expect(strict({ deadlineMs: 0 })).rejects.toMatchObject({ code: 'media.timeout' });
    await expect(strict({ ffmpeg: join(folder, 'missing') })).rejects.toMatchObject({
      code: 'media.no_ffmpeg',
    });
  });

  it('opens nothing but the file', async () => {
    const list = Buffer.from(`ffconcat version 1.0\nfile '${join(folder, 'film.mp4')}'\n`);
    await expect(createFfmpegFrames({ folder }).sample(list, { most: 1 })).rejects.toMatchObject({
      code: 'media.unreadable',
    });
  });
});
