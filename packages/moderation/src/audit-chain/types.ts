import type { AuditRow, Id } from '@socialkit/core';
import { z } from 'zod';

/** A link of the chain: an entry of the staff log, bound to everything sealed before it. */
export interface Seal {
  /** Dense, from 1. */
  readonly seq: number;
  readonly auditId: Id;
  /** The hash of the seal before it; of the first one {@link GENESIS}. */
  readonly prevHash: string;
  /** SHA-256 over `prevHash` and the entry, hex. */
  readonly hash: string;
}

/** A seal and the entry it names; null when that is gone. */
export interface SealedEntry extends Seal {
  readonly row: AuditRow | null;
}

/** What the first seal is bound to. */
export const GENESIS = '0'.repeat(64);

/**
 * - `changed`: an entry says something else than when it was sealed. `removed`: a sealed entry is gone.
 * - `inserted`: an entry stands in the log that was neither sealed nor waits for it.
 * - `broken`: a seal does not follow from the one before it. `head`: the chain ends before or beside a known seal.
 */
export const CHAIN_FAULTS = ['changed', 'removed', 'inserted', 'broken', 'head'] as const;

export const chainFaultSchema = z.object({
  kind: z.enum(CHAIN_FAULTS),
  seq: z.int().nullable(),
  auditId: z.string().nullable(),
});
export type ChainFault = Readonly<z.output<typeof chainFaultSchema>>;

/** What verification found. */
export const chainReportSchema = z.object({
  sealed: z.int().meta({ description: 'seals that were looked at' }),
  waiting: z.int().meta({ description: 'entries that are not sealed yet' }),
  head: z.object({ seq: z.int(), hash: z.string() }).nullable().meta({
    description: 'the newest seal: keep it elsewhere and pass it to the next verification',
  }),
  faults: z.array(chainFaultSchema).readonly(),
});
export type ChainReport = Readonly<z.output<typeof chainReportSchema>>;

/** Faults a report names at most. */
export const MAX_FAULTS = 100;

/** An entry as it is handed out: who did it under a pseudonym. */
export const auditEntrySchema = z.object({
  id: z.string(),
  actor: z.string().meta({ description: 'a pseudonym that is the same in one export' }),
  action: z.string(),
  subjectKind: z.string(),
  subjectId: z.string(),
  at: z.int().meta({ description: 'Unix ms' }),
  details: z.record(z.string(), z.unknown()),
});
