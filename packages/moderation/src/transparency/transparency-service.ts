import {
  type AuditRow,
  createCursorCodec,
  createService,
  type Id,
  idSchema,
  invalid,
  type Measure,
  operation,
  pageFields,
  type Runtime,
  readPage,
  type Service,
} from '@socialkit/core';
import { z } from 'zod';
import type { ModerationReading } from '../stores.js';
import { MAX_BATCH, type RecordSettings, recordOf, recordSchema } from './record.js';
import { transparencyReport, transparencyReportSchema } from './report.js';

const instant = z.int().min(0).max(Date.UTC(9999, 0));
/** A report spans so many days at most. */
const MAX_SPAN_MS = 400 * 86_400_000;
const READ_BATCH = 1000;

/** Operations of transparency, for staff. */
export const transparencyOperations = {
  report: operation({
    name: 'transparency.report',
    summary: 'How this platform moderated in a span of time, counted from the staff log.',
    method: 'GET',
    path: '/moderation/transparency',
    permission: 'staff:transparency.read',
    rateLimit: 'staff',
    input: z.strictObject({ from: instant, to: instant }),
    output: transparencyReportSchema,
  }),
  records: operation({
    name: 'transparency.records',
    summary:
      'Statements of reasons in the shape of the transparency database of the European Union, in batches of at most a hundred.',
    method: 'GET',
    path: '/moderation/transparency/records',
    permission: 'staff:transparency.read',
    rateLimit: 'staff',
    input: z.strictObject({ from: instant, to: instant, ...pageFields }),
    output: z.object({
      statements: z.array(recordSchema).max(MAX_BATCH).readonly(),
      nextCursor: z.string().nullable(),
    }),
  }),
} as const;

/** The transparency operations. */
export type TransparencyService = Service<typeof transparencyOperations>;

/** The actions a report counts. */
const COUNTED = /^(reports|measures|cases|appeals|strikes|rules)\./;

/** @throws span.invalid (validation) */
function requireSpan({ from, to }: { readonly from: number; readonly to: number }): void {
  if (from < to && to - from <= MAX_SPAN_MS) return;
  throw invalid('span.invalid', 'a report spans from an instant to a later one, at most 400 days', [
    { path: 'to', message: 'must lie behind `from`, at most 400 days' },
  ]);
}

/** Assembles transparency. What private messages were restricted is counted, and never exported: they are no public content. */
export function createTransparencyService(deps: {
  readonly readers: Pick<ModerationReading, 'auditChain' | 'measures'>;
  readonly runtime: Runtime;
  readonly settings: RecordSettings;
}): TransparencyService {
  const { readers, runtime, settings } = deps;
  const codec = createCursorCodec('transparency', idSchema);
  return createService(
    transparencyOperations,
    {
      async report(_actor, span) {
        requireSpan(span);
        const rows: AuditRow[] = [];
        for (let after: Id | null = null; ; ) {
          const page: readonly AuditRow[] = await readers.auditChain.entries(span, {
            after,
            limit: READ_BATCH,
          });
          rows.push(...page.filter(({ action }) => COUNTED.test(action)));
          after = page.at(-1)?.id ?? null;
          if (page.length < READ_BATCH) return transparencyReport(rows, span);
        }
      },
      async records(_actor, { from, to, limit, cursor }) {
        requireSpan({ from, to });
        const page = await readPage<Id, Measure, Measure, Measure>({
          limit: Math.min(limit, MAX_BATCH),
          after: codec.decode(cursor),
          codec,
          skeleton: (after, count) => readers.measures.between({ from, to }, { after, limit: count }),
          position: ({ id }) => id,
          hydrate: async (entries) => entries.map((one) => (one.subject.kind === 'message' ? null : one)),
          present: (measure) => measure,
        });
        return {
          statements: page.items.map((measure) => recordOf(measure, settings)),
          nextCursor: page.nextCursor,
        };
      },
    },
    runtime,
  );
}
