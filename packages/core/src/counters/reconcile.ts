import type { Actor } from '../kernel/actor.js';
import type { UnitOfWork } from '../kernel/unit-of-work.js';
import type { KernelStores } from '../stores.js';
import { SUBJECT_ORDER } from './batch.js';
import type { CounterDrift, CounterReader, CounterReconciler, CounterSubject } from './store.js';
import type { Reconciliation } from './types.js';

/** Drifted counters in one event at most, so that its payload stays far below the limit of a job. */
const DRIFTS_PER_EVENT = 100;

/** What reconciling needs of a unit of work. */
export type ReconcileStores = Pick<KernelStores, 'outbox' | 'audit'> & {
  readonly counters: CounterReconciler;
};

/** What reconciling works on. */
export interface ReconcileDeps {
  readonly unitOfWork: UnitOfWork<ReconcileStores>;
  readonly readers: { readonly counters: CounterReader };
}

const chunks = <T>(items: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, at) => items.slice(at * size, (at + 1) * size));

/**
 * Recounts one stretch of subjects of one kind. What drifted is reported as `counter.drift_found`, logged in
 * the staff log and, with `repair`, put right, all in one transaction. A stretch without drift writes nothing.
 */
export async function reconcileStretch(
  deps: ReconcileDeps,
  actor: Actor,
  stretch: {
    readonly subject?: CounterSubject | undefined;
    readonly after?: string | null | undefined;
    readonly limit: number;
    readonly repair: boolean;
  },
): Promise<Reconciliation> {
  const { repair, limit } = stretch;
  const subject = stretch.subject ?? (SUBJECT_ORDER[0] as CounterSubject);
  const found = await deps.readers.counters.recount(subject, { after: stretch.after ?? null, limit });
  const following = SUBJECT_ORDER[SUBJECT_ORDER.indexOf(subject) + 1];
  const next =
    found.next !== null
      ? { subject, after: found.next }
      : following === undefined
        ? null
        : { subject: following, after: null };
  let repaired: readonly CounterDrift[] = [];
  if (found.drifted.length > 0) {
    repaired = await deps.unitOfWork.transact(async (stores) => {
      const ids = [...new Set(found.drifted.map(({ id }) => id))];
      const done = repair ? await stores.counters.repair(subject, ids) : [];
      const reported = repair ? done : found.drifted;
      for (const drifted of chunks(reported, DRIFTS_PER_EVENT))
        await stores.outbox.append({
          type: 'counter.drift_found',
          actor,
          payload: { drifted, repaired: repair },
        });
      for (const id of ids)
        await stores.audit.append({
          actor,
          action: 'counters.reconcile',
          subject: { kind: subject, id },
          details: { repair, drifted: reported.filter((drift) => drift.id === id) },
        });
      return done;
    });
  }
  return { checked: found.checked, drifted: found.drifted, repaired: repaired.length, next };
}
