import { compareIds } from '../kernel/ids.js';
import type { CounterDelta, CounterSubject } from './store.js';

/** The order in which subjects are changed: every back-end and every call keeps it. */
export const SUBJECT_ORDER: readonly CounterSubject[] = Object.freeze([
  'account',
  'post',
  'comment',
  'hashtag',
]);

/** The summed changes of one subject; counters that come out at zero are left out. */
export interface SubjectDeltas {
  readonly id: string;
  readonly counters: ReadonlyMap<string, number>;
}

/** Name of the kind in `reaction:<kind>`, or null for any other counter. */
export const reactionKindOf = (counter: string): string | null =>
  counter.startsWith('reaction:') ? counter.slice('reaction:'.length) : null;

/** Order of subjects of one kind: ids numerically, tags by code unit. */
export const compareSubjects = (subject: CounterSubject, a: string, b: string): number =>
  subject === 'hashtag' ? (a < b ? -1 : a > b ? 1 : 0) : compareIds(a, b);

/**
 * Sums a batch of deltas per subject and counter, ordered as {@link CounterWriter} promises. Subjects
 * whose deltas cancel out are left out.
 * @throws TypeError for a delta that is not a whole number
 */
export function groupDeltas(
  deltas: readonly CounterDelta[],
): readonly { readonly subject: CounterSubject; readonly rows: readonly SubjectDeltas[] }[] {
  const bySubject = new Map<CounterSubject, Map<string, Map<string, number>>>();
  for (const { subject, id, counter, delta } of deltas) {
    if (!Number.isSafeInteger(delta)) throw new TypeError(`the delta of ${counter} is not a whole number`);
    const rows = bySubject.get(subject) ?? new Map<string, Map<string, number>>();
    bySubject.set(subject, rows);
    const counters = rows.get(id) ?? new Map<string, number>();
    rows.set(id, counters);
    counters.set(counter, (counters.get(counter) ?? 0) + delta);
  }
  return SUBJECT_ORDER.flatMap((subject) => {
    const rows = [...(bySubject.get(subject) ?? [])]
      .map(([id, counters]) => ({ id, counters: new Map([...counters].filter(([, sum]) => sum !== 0)) }))
      .filter(({ counters }) => counters.size > 0)
      .sort((a, b) => compareSubjects(subject, a.id, b.id));
    return rows.length > 0 ? [{ subject, rows }] : [];
  });
}
