import { z } from 'zod';
import type { Category } from '../kernel/categories.js';

export const MODALITIES = ['text', 'image'] as const;
export type Modality = (typeof MODALITIES)[number];

/** What one request asks about. It never says whose it is. */
export type ProviderPart =
  | {
      readonly modality: 'text';
      readonly text: string;
      /** BCP 47; null where unknown. */
      readonly locale: string | null;
    }
  | {
      readonly modality: 'image';
      /** A JPEG without metadata. */
      readonly jpeg: Uint8Array;
    };

/** One request, without the host's key. */
export interface ProviderRequest {
  /** Added to the configured address. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON. */
  readonly body: unknown;
}

/** One score of an answer. */
export interface ProviderScore {
  readonly category: Category;
  /** 0 to 1. */
  readonly score: number;
  /** The service's own name for it. */
  readonly label: string;
  /** Ranges of the text it rests on, where the service tells. */
  readonly spans?: readonly { readonly start: number; readonly end: number }[];
}

/** What an answer says. A category that is not among the scores was not judged. */
export interface ProviderReading {
  /** The service's model version, where it tells. */
  readonly model: string | null;
  readonly scores: readonly ProviderScore[];
  /** Labels that the table does not map. */
  readonly unmapped: readonly string[];
}

/**
 * How one kind of service is asked and understood; pure data handling, no network. `read` refuses what is not an answer of that
 * kind by throwing.
 */
export interface ProviderShape {
  readonly id: string;
  /** Version of the requests and of the table of labels. */
  readonly version: string;
  /** What each modality may be scored for; a category outside is not applicable, never zero. */
  readonly categories: Readonly<Partial<Record<Modality, readonly Category[]>>>;
  request(part: ProviderPart): ProviderRequest;
  read(answer: unknown, part: ProviderPart): ProviderReading;
}

/** How a label counts. */
export interface LabelMeaning {
  readonly text?: readonly Category[];
  readonly image?: readonly Category[];
  /** Scores below count as none: for categories whose rules act on any score. @default 0 */
  readonly floor?: number;
}
export type LabelTable = Readonly<Record<string, LabelMeaning>>;

/** A score from 0 to 1: no text, no infinity, nothing outside. */
export const shareSchema = z.number().min(0).max(1);

const ownEntry = (table: LabelTable, label: string): LabelMeaning | undefined =>
  Object.hasOwn(table, label) ? table[label] : undefined;

/** Labels with scores as categories. */
export function mapLabels(
  table: LabelTable,
  modality: Modality,
  labels: readonly (readonly [label: string, score: number])[],
): Pick<ProviderReading, 'scores' | 'unmapped'> {
  const scores: ProviderScore[] = [];
  const unmapped: string[] = [];
  for (const [label, score] of labels) {
    const meaning = ownEntry(table, label);
    if (!meaning) {
      unmapped.push(label.slice(0, 100));
      continue;
    }
    for (const category of meaning[modality] ?? [])
      scores.push({ category, label, score: score < (meaning.floor ?? 0) ? 0 : score });
  }
  return { scores, unmapped };
}

/** Every category a table maps to, per modality. */
export function categoriesOf(...tables: readonly LabelTable[]): {
  readonly text: readonly Category[];
  readonly image: readonly Category[];
} {
  const of = (modality: Modality) => [
    ...new Set(tables.flatMap((table) => Object.values(table).flatMap((one) => one[modality] ?? []))),
  ];
  return { text: of('text'), image: of('image') };
}

export const dataUrl = (jpeg: Uint8Array): string => `data:image/jpeg;base64,${base64(jpeg)}`;
export const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
