import {
  type AuditRow,
  createCursorCodec,
  createService,
  type Id,
  idSchema,
  type JobHandler,
  operation,
  pageFields,
  pageOf,
  type Runtime,
  readPage,
  type Service,
  type UnitOfWork,
} from '@socialkit/core';
import { z } from 'zod';
import type { ModerationReading, ModerationUnit } from '../stores.js';
import { pseudonymOf, sealWaiting, verifyChain } from './chain.js';
import { auditEntrySchema, chainReportSchema } from './types.js';

/** The queue of the recurring seal. */
export const SEAL_QUEUE = 'audit_chain.seal';
const DEFAULT_INTERVAL_MS = 5 * 60_000;

const instant = z.int().min(0).max(Date.UTC(9999, 0));

/** Operations of the sealed staff log. */
export const auditChainOperations = {
  seal: operation({
    name: 'auditChain.seal',
    summary: 'Seals what waits in the staff log now, without waiting for the job that does it.',
    method: 'POST',
    path: '/moderation/audit/seal',
    permission: 'staff:audit.verify',
    rateLimit: 'staff',
    input: z.strictObject({}),
    output: z.object({ sealed: z.int() }),
  }),
  verify: operation({
    name: 'auditChain.verify',
    summary: 'Walks the whole sealed log and names every entry that was changed, removed or inserted.',
    method: 'POST',
    path: '/moderation/audit/verify',
    permission: 'staff:audit.verify',
    rateLimit: 'staff',
    writes: false,
    input: z.strictObject({
      known: z
        .strictObject({ seq: z.int().min(1), hash: z.string().regex(/^[0-9a-f]{64}$/) })
        .optional()
        .meta({ description: 'a seal that was kept elsewhere: finds a log that was cut short' }),
    }),
    output: chainReportSchema,
  }),
  entries: operation({
    name: 'auditChain.entries',
    summary: 'The staff log of a span of time, oldest first, with pseudonyms instead of people.',
    method: 'GET',
    path: '/moderation/audit',
    permission: 'staff:audit.read',
    rateLimit: 'staff',
    input: z.strictObject({ from: instant, to: instant, ...pageFields }),
    output: pageOf(auditEntrySchema),
  }),
} as const;

/** The operations of the sealed staff log. */
export type AuditChainService = Service<typeof auditChainOperations>;

/** The sealed staff log with what it does in the background. */
export interface AuditChain {
  readonly service: AuditChainService;
  readonly workers: readonly { readonly queue: string; readonly handle: JobHandler }[];
  readonly schedules: readonly (() => Promise<void>)[];
}

/** Details that name people; a reader of the export gets pseudonyms for them too. */
const PEOPLE = new Set(['accountId', 'authorId', 'reporterId', 'moderatorId', 'userId', 'by']);

const withoutPeople = (key: string, details: AuditRow['details']): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(details).map(([name, value]) => [
      name,
      PEOPLE.has(name) && typeof value === 'string' ? pseudonymOf(key, value) : value,
    ]),
  );

/** Assembles the sealed staff log. */
export function createAuditChain(
  deps: {
    readonly unitOfWork: UnitOfWork<ModerationUnit>;
    readonly readers: Pick<ModerationReading, 'auditChain'>;
    readonly runtime: Runtime;
  },
  options: {
    /** Milliseconds between two seals. @default 5 minutes */
    readonly sealEveryMs?: number;
    /** Secret of the pseudonyms: the same in all processes, or exports of two name people differently. */
    readonly pseudonymKey: string;
  },
): AuditChain {
  const { unitOfWork, readers, runtime } = deps;
  const interval = options.sealEveryMs ?? DEFAULT_INTERVAL_MS;
  const schedule = () => {
    const slot = Math.floor(runtime.clock.now() / interval) + 1;
    // The slot in the key keeps a second process, and a seal that plans its successor, from planning another one.
    return unitOfWork.transact(async ({ jobs }) => {
      await jobs.enqueue(SEAL_QUEUE, {}, { key: `slot:${slot}`, runAt: slot * interval });
    });
  };
  const codec = createCursorCodec('audit', idSchema);
  return {
    service: createService(
      auditChainOperations,
      {
        seal: async () => ({ sealed: await sealWaiting(unitOfWork) }),
        verify: (_actor, { known }) => verifyChain(readers.auditChain, known ?? null),
        entries: (_actor, { from, to, limit, cursor }) =>
          readPage<Id, AuditRow, AuditRow, z.output<typeof auditEntrySchema>>({
            limit,
            after: codec.decode(cursor),
            codec,
            skeleton: (after, count) => readers.auditChain.entries({ from, to }, { after, limit: count }),
            position: ({ id }) => id,
            hydrate: async (entries) => entries,
            present: (row) => ({
              id: row.id,
              actor: pseudonymOf(options.pseudonymKey, row.actorId),
              action: row.action,
              subjectKind: row.subjectKind,
              subjectId:
                row.subjectKind === 'account'
                  ? pseudonymOf(options.pseudonymKey, row.subjectId)
                  : row.subjectId,
              at: row.at,
              details: withoutPeople(options.pseudonymKey, row.details),
            }),
          }),
      },
      runtime,
    ),
    workers: [
      {
        queue: SEAL_QUEUE,
        async handle(_jobs, { signal }) {
          await schedule();
          await sealWaiting(unitOfWork, signal);
        },
      },
    ],
    schedules: [schedule],
  };
}
