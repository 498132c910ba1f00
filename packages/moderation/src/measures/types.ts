import { GROUNDS_SOURCES, type Grounds, MEASURE_KINDS, prose, type SubjectRef } from '@socialkit/core';
import { z } from 'zod';

/** Days a measure may last at most; longer ones stay until they are taken back. */
export const MAX_MEASURE_DAYS = 3660;
const DAY = 86_400_000;

/** The name of a warning. */
export const labelSchema = z.string().regex(/^[a-z0-9][a-z0-9_.-]{0,63}$/);

/** One thing to do to a subject. */
export const measureInputSchema = z.strictObject({
  kind: z.enum(MEASURE_KINDS),
  /** @default `sensitive` of `blur` and `label` */
  label: labelSchema.optional(),
  /** Unix ms at which it ends by itself; null: it stays until it is taken back. */
  until: z
    .int()
    .max(Date.UTC(9999, 0) - MAX_MEASURE_DAYS * DAY)
    .nullable()
    .default(null),
});
export type MeasureInput = Readonly<z.input<typeof measureInputSchema>>;

const key = z.string().regex(/^[a-z0-9][a-z0-9_.-]{0,63}$/);

/** What a statement of reasons has to say; lengths are those of the transparency database. */
export const groundsSchema = z.strictObject({
  source: z.enum(GROUNDS_SOURCES),
  category: key,
  ruleId: key.optional(),
  policy: z.strictObject({ id: key, version: z.int().min(1) }).optional(),
  detector: z.strictObject({ id: z.string().max(100), version: z.string().max(100) }).optional(),
  facts: prose(5000, 1),
  ground: z.enum(['illegal', 'incompatible']),
  groundText: prose(500, 1),
  explanation: prose(2000, 1),
  automatedDetection: z.boolean(),
  automatedDecision: z.enum(['none', 'partial', 'full']),
}) satisfies z.ZodType<Grounds>;

/** A decision about one revision of one subject. */
export interface MeasureDecision {
  readonly subject: SubjectRef;
  /** The revision decided about; null where the subject has none to compare. */
  readonly revision: number | null;
  readonly measures: readonly MeasureInput[];
  readonly grounds: Grounds;
  readonly caseId: string | null;
  /** Weight of a strike against the author, 1 to 100. @default none */
  readonly strike?: number;
}
