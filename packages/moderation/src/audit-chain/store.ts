import type { AuditRow, Id } from '@socialkit/core';
import type { Seal, SealedEntry } from './types.js';

/** Reads the sealed log. */
export interface AuditChainReader {
  /** The newest seal; null before the first. */
  head(): Promise<Seal | null>;
  /** Seals in order, strictly behind `afterSeq`, each with its entry as it stands now. */
  seals(afterSeq: number, limit: number): Promise<readonly SealedEntry[]>;
  /** How many entries wait to be sealed. */
  waiting(): Promise<number>;
  /** Entries that were neither sealed nor wait for it, oldest first: nobody wrote them by the log's own writer. */
  strays(limit: number): Promise<readonly Id[]>;
  /** Entries written in `[from, to)` (Unix ms), oldest first, strictly above `after`. */
  entries(
    span: { readonly from: number; readonly to: number },
    slice: { readonly after: Id | null; readonly limit: number },
  ): Promise<readonly AuditRow[]>;
}

/** Seals the log. */
export interface AuditChainWriter {
  /** Makes sealers take turns until the transaction ends. */
  lock(): Promise<void>;
  /** Entries that wait, oldest first. */
  unsealed(limit: number): Promise<readonly AuditRow[]>;
  /** Appends seals; their entries wait no longer. Behind {@link AuditChainWriter.lock}. */
  append(seals: readonly Seal[]): Promise<void>;
}

/** The port of this slice inside a unit of work. */
export interface AuditChainStores {
  readonly auditChain: AuditChainReader & AuditChainWriter;
}

/** Its reading port. */
export interface AuditChainReaders {
  readonly auditChain: AuditChainReader;
}
