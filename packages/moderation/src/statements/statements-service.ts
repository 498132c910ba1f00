import {
  accountOf,
  createCursorCodec,
  createService,
  type Id,
  idSchema,
  notFound,
  operation,
  pageFields,
  pageOf,
  type Runtime,
  readPage,
  type Service,
} from '@socialkit/core';
import { z } from 'zod';
import type { ModerationReading } from '../stores.js';
import { type StatementSettings, statementOf } from './present.js';
import { localeSchema, statementSchema } from './types.js';

const locale = localeSchema.default('en');

/** Operations of statements of reasons, for those they are addressed to. */
export const statementOperations = {
  list: operation({
    name: 'statements.list',
    summary: "Statements of reasons about the caller's account and content, newest first.",
    method: 'GET',
    path: '/moderation/statements',
    permission: 'user',
    input: z.strictObject({ locale, ...pageFields }),
    output: pageOf(statementSchema),
  }),
  get: operation({
    name: 'statements.get',
    summary: 'One statement of reasons.',
    method: 'GET',
    path: '/moderation/statements/{statementId}',
    permission: 'user',
    input: z.strictObject({ statementId: idSchema, locale }),
    output: statementSchema,
  }),
} as const;

/** The statements' public operations. */
export type StatementsService = Service<typeof statementOperations>;

/**
 * Assembles the statements. An account reads its own, also when it is suspended: what it may not do is said there.
 */
export function createStatementsService(deps: {
  readonly readers: Pick<ModerationReading, 'measures' | 'appeals'>;
  readonly runtime: Runtime;
  readonly settings: StatementSettings;
}): StatementsService {
  const { readers, runtime, settings } = deps;
  return createService(
    statementOperations,
    {
      async list(actor, input) {
        const me = accountOf(actor);
        const codec = createCursorCodec(`statements ${me}`, idSchema);
        const now = runtime.clock.now();
        return readPage<
          Id,
          { readonly id: Id },
          z.output<typeof statementSchema>,
          z.output<typeof statementSchema>
        >({
          limit: input.limit,
          after: codec.decode(input.cursor),
          codec,
          skeleton: (after, limit) => readers.measures.ofAuthor(me, { after, limit }),
          position: ({ id }) => id,
          async hydrate(entries) {
            const measures = await readers.measures.byIds(entries.map(({ id }) => id));
            const decisions = [...measures.values()].map(({ decisionId }) => decisionId);
            const appeals = await readers.appeals.against(decisions, me);
            return entries.map(({ id }) => {
              const measure = measures.get(id);
              if (!measure) return null;
              const appeal = appeals.get(measure.decisionId);
              return statementOf(measure, appeal, settings, { locale: input.locale, now });
            });
          },
          present: (statement) => statement,
        });
      },
      async get(actor, { statementId, locale: asked }) {
        const me = accountOf(actor);
        const measure = (await readers.measures.byIds([statementId])).get(statementId);
        if (measure?.authorId !== me) throw notFound('statement');
        const appeal = (await readers.appeals.against([measure.decisionId], me)).get(measure.decisionId);
        return statementOf(measure, appeal, settings, { locale: asked, now: runtime.clock.now() });
      },
    },
    runtime,
  );
}
