import { compareIds, type Id } from '@socialkit/core';
import { MAX_CANDIDATES, type RankingProfile } from './profile.js';
import type { Because, Candidate, Found } from './types.js';

const bestFirst = (a: Found, b: Found) => b.raw - a.raw || compareIds(a.id, b.id);
/** Orders items by score, ties by the lower id: the same input gives the same page. */
export const byScore = (a: Pick<Candidate, 'id' | 'score'>, b: Pick<Candidate, 'id' | 'score'>): number =>
  b.score - a.score || compareIds(a.id, b.id);

interface Merged {
  readonly id: Id;
  readonly parts: Record<string, number>;
  readonly reasons: { readonly because: Because; readonly part: number }[];
  score: number;
}

const sameReason = (a: Because, b: Because) => a.kind === b.kind && a.subject === b.subject;

/**
 * Puts what the sources found together: the best `cap` of each, divided by the largest of the request (unless its scale is
 * `raw`), weighted and summed; the best 1,000 stay. Sources that the profile does not name, or weighs 0, count nothing.
 */
export function blend(
  found: ReadonlyMap<string, readonly Found[]>,
  profile: Pick<RankingProfile, 'sources'>,
): Candidate[] {
  const merged = new Map<Id, Merged>();
  for (const [name, { weight, cap, scale }] of Object.entries(profile.sources)) {
    const given = found.get(name);
    if (!given || weight === 0) continue;
    const valid = given.filter(({ raw }) => Number.isFinite(raw) && raw > 0);
    const best = (valid.length > cap ? [...valid].sort(bestFirst) : valid).slice(0, cap);
    let largest = 0;
    for (const { raw } of best) if (raw > largest) largest = raw;
    const per = scale === 'raw' ? weight : weight / largest;
    for (const { id, raw, because } of best) {
      const part = per * raw;
      let item = merged.get(id);
      if (!item) {
        item = { id, parts: {}, reasons: [], score: 0 };
        merged.set(id, item);
      }
      item.parts[name] = (item.parts[name] ?? 0) + part;
      item.score += part;
      for (const reason of because) item.reasons.push({ because: reason, part });
    }
  }
  const all = [...merged.values()].sort(byScore).slice(0, MAX_CANDIDATES);
  return all.map(({ id, parts, reasons, score }) => {
    reasons.sort((a, b) => b.part - a.part);
    const because: Because[] = [];
    for (const reason of reasons)
      if (!because.some((held) => sameReason(held, reason.because))) because.push(reason.because);
    return { id, parts, score, because };
  });
}
