import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Row, readCsv } from '../csv.js';

/** Which part of a set a file holds. */
export type Part = 'train' | 'dev' | 'test';

/** The rows of `<set>.<part>.csv`, empty when the file is not there. */
export function rowsOf(folder: string, set: string, part: Part): readonly Row[] {
  const path = join(folder, `${set}.${part}.csv`);
  return existsSync(path) ? readCsv(path) : [];
}

/** 1, 0, or NaN where the set says nothing. */
const known = (cell: string | undefined): number =>
  cell === undefined || cell === '' ? Number.NaN : Number(cell);

/** 1 when one of the labels is 1, 0 when those that are known are 0. */
const either = (...labels: number[]): number => {
  const said = labels.filter((label) => !Number.isNaN(label));
  if (said.includes(1)) return 1;
  return said.length === 0 ? Number.NaN : 0;
};

const flags = (row: Row) => ({
  sexual: known(row.S),
  hate: either(known(row.H), known(row.H2)),
  violence: either(known(row.V), known(row.V2)),
  harassment: known(row.HR),
  selfHarm: known(row.SH),
});

/** Whether a row of the OpenAI set is of any category. */
export const anyCategory = (row: Row): number => {
  const { sexual, hate, violence, harassment, selfHarm } = flags(row);
  return either(sexual, hate, violence, harassment, selfHarm);
};

/** The heads of the shipped text model, in the order of its weights. */
export const HEADS = ['toxicity', 'hate', 'harassment', 'sexual', 'self_harm'] as const;
export type Head = (typeof HEADS)[number];

/** How the sets label a head. A set that is not named says nothing about it. */
export const LABELS: Readonly<Record<Head, Readonly<Record<string, (row: Row) => number>>>> = {
  toxicity: {
    tox_davidson: (row) => (row.class === '2' ? 0 : 1),
    tox_surge: (row) => known(row.label),
    tox_openai: anyCategory,
  },
  hate: {
    tox_davidson: (row) => (row.class === '0' ? 1 : 0),
    tox_openai: (row) => flags(row).hate,
    hatecheck: (row) => known(row.label),
    hatemojicheck: (row) => known(row.label),
    hatemojibuild: (row) => known(row.label),
  },
  harassment: { tox_openai: (row) => flags(row).harassment },
  sexual: { tox_openai: (row) => flags(row).sexual },
  self_harm: { tox_openai: (row) => flags(row).selfHarm },
};
