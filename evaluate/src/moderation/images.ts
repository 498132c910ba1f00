import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSharpPixels } from '@socialkit/adapters/sharp';
import {
  bankEntryOf,
  createHashBank,
  createMediaReader,
  type MediaReading,
  type MemoryHashBank,
  PDQ_PLAIN,
  type Picture,
  pdqDistance,
  pdqFromHex,
  pdqOf,
} from '@socialkit/moderation';
import { readCsv, writeCsv } from '../csv.js';
import { EDITS, toPng } from './pictures.js';
import type { Figure } from './report.js';

const pixels = createSharpPixels();
const reader = createMediaReader({ pixels });

/** A picture of the set. */
interface Listed {
  readonly file: string;
  readonly sameAs: string;
  readonly edit: string;
  readonly reference: string | null;
  readonly bytes: Buffer;
  readonly picture: Picture;
  readonly reading: MediaReading;
}

/** What was found for one probe. */
interface Found {
  readonly file: string;
  readonly sameAs: string;
  readonly edit: string;
  readonly quality: number;
  readonly toReference: number | null;
  readonly right: boolean;
  readonly wrong: boolean;
  readonly distance: number | null;
  readonly variant: string;
}

/**
 * Goal 12 over `images/`: distances to the reference's hashes, and what a bank of the unedited pictures finds of the set's edits
 * and of edits made here, which are written as JPEG again. Writes `images.csv`. Empty where there are no pictures.
 */
export async function imageFigures(data: string, out: string): Promise<readonly Figure[]> {
  const folder = join(data, 'images');
  if (!existsSync(join(folder, 'manifest.csv'))) return [];
  const listed: Listed[] = [];
  for (const row of readCsv(join(folder, 'manifest.csv'))) {
    const path = join(folder, row.file!);
    if (!existsSync(path)) continue;
    const bytes = readFileSync(path);
    const [decoded] = await pixels.decode(bytes, { frames: 1 });
    listed.push({
      file: row.file!,
      sameAs: row.same_as || row.file!,
      edit: row.edit || 'none',
      reference: row.pdq_reference || null,
      bytes,
      picture: decoded!.picture,
      reading: await reader.read(row.file!, bytes),
    });
  }
  const bank = createHashBank({ id: 'set', version: '1', mode: 'review' });
  const unedited = listed.filter(({ edit }) => edit === 'none');
  for (const one of unedited) bank.add([bankEntryOf(one.sameAs, one.reading)]);

  const own = listed
    .filter(({ edit }) => edit !== 'none')
    .map((one) => lookUp(bank, one, one.edit, one.reading, distanceToReference(one)));
  const originals = unedited.map((one) => lookUp(bank, one, 'none', one.reading, distanceToReference(one)));
  const made: (Found & { kind: string })[] = [];
  for (const one of unedited) {
    for (const { name, kind, apply } of EDITS) {
      const jpeg = await pixels.still(toPng(apply(one.picture)), 0);
      made.push({ kind, ...lookUp(bank, one, name, await reader.read(one.file, jpeg), null) });
    }
  }
  const all = [...originals, ...own, ...made];
  writeCsv(
    join(out, 'images.csv'),
    ['file', 'edit', 'quality', 'to_reference', 'found', 'false_match', 'distance', 'variant'],
    all.map((one) => [
      one.file,
      one.edit,
      one.quality,
      one.toReference ?? '',
      one.right ? 1 : 0,
      one.wrong ? 1 : 0,
      one.distance ?? '',
      one.variant,
    ]),
  );
  return figuresOf([...originals, ...own], own, made, all);
}

function figuresOf(
  listed: readonly Found[],
  own: readonly Found[],
  made: readonly (Found & { kind: string })[],
  all: readonly Found[],
): Figure[] {
  const distances = listed.flatMap(({ toReference }) => toReference ?? []);
  const figures: Figure[] = [];
  const add = (measure: string, value: number, bar: Figure['bar']) =>
    figures.push({ goal: '12', set: 'images', part: 'all', measure, value, bar });
  const share = (found: readonly Found[]) => found.filter(({ right }) => right).length / found.length;
  if (distances.length > 0) add('bits from the reference, at most', Math.max(...distances), { most: 10 });
  if (own.length > 0) add(`edits of the set found, of ${own.length}`, share(own), { least: 1 });
  for (const [kind, words, bar] of [
    ['turned', 'turned and mirrored found', 1],
    ['cut', 'cut found', 0.75],
    ['framed', 'framed found', 0.75],
  ] as const) {
    const plain = made.filter((one) => one.kind === kind);
    const clear = plain.filter(({ quality }) => quality > PDQ_PLAIN);
    if (clear.length > 0) add(`${words}, of ${clear.length} clear enough`, share(clear), { least: bar });
    if (plain.length > clear.length) add(`${words}, of all ${plain.length}`, share(plain), null);
  }
  add('false matches', all.filter(({ wrong }) => wrong).length, { most: 0 });
  return figures;
}

const distanceToReference = ({ reference, picture }: Listed): number | null =>
  reference === null ? null : pdqDistance(pdqOf(picture).hash, pdqFromHex(reference));

function lookUp(
  bank: MemoryHashBank,
  { file, sameAs, picture }: Listed,
  edit: string,
  reading: MediaReading,
  toReference: number | null,
): Found {
  const matches = bank.match(reading) as Awaited<ReturnType<MemoryHashBank['match']>>;
  const right = matches.find(({ entry }) => entry === sameAs);
  return {
    file,
    sameAs,
    edit,
    quality: pdqOf(picture).quality,
    toReference,
    right: right !== undefined,
    wrong: matches.some(({ entry }) => entry !== sameAs),
    distance: right?.distance ?? null,
    variant: right?.variant ?? '',
  };
}
