import type { Actor } from './actor.js';
import type { Id } from './ids.js';

/** One use of a staff permission. */
export interface AuditEntry {
  readonly actor: Actor;
  /** The operation, for example `identity.moderate`. */
  readonly action: string;
  /** What was acted on, for example `{ kind: 'account', id }`. */
  readonly subject: { readonly kind: string; readonly id: string };
  /** JSON: what changed and why. Never secrets or private text of third parties. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** An entry as it is kept. */
export interface AuditRow {
  readonly id: Id;
  /** Account id, or `system:<name>` for the platform itself. */
  readonly actorId: string;
  readonly action: string;
  readonly subjectKind: string;
  readonly subjectId: string;
  /** Unix milliseconds. */
  readonly at: number;
  readonly details: Readonly<Record<string, unknown>>;
}

/**
 * The staff log, handed out by a unit of work: the entry exists exactly when what it describes was committed.
 * Entries are never changed or removed.
 */
export interface AuditWriter {
  append(entry: AuditEntry): Promise<void>;
}

/** Reads the staff log. */
export interface AuditReader {
  /** Entries about one subject, newest first, strictly behind `after`. */
  bySubject(
    subject: { readonly kind: string; readonly id: string },
    options: { readonly after?: Id; readonly limit: number },
  ): Promise<readonly AuditRow[]>;
}
