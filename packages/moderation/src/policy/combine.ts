import type { Category } from '../kernel/categories.js';
import type { Finding } from '../kernel/finding.js';

/** A category's score and the finding that carries most of it. */
export interface CategoryScore {
  readonly category: Category;
  readonly score: number;
  readonly decisive: boolean;
  readonly leading: Finding;
}

/** Scores carry six decimals: sums of the same parts in another order stay equal. */
const round = (score: number): number => Math.round(score * 1e6) / 1e6;

/**
 * One score per category, in the order of their names: the highest of each group of detectors that look at the same thing, and
 * noisy-or across groups. A decisive finding makes it 1. Shadow findings do not count; a category without findings is absent.
 */
export function combineFindings(findings: readonly Finding[]): readonly CategoryScore[] {
  const byCategory = new Map<Category, Finding[]>();
  for (const finding of findings) {
    if (finding.shadow) continue;
    const own = byCategory.get(finding.category);
    if (own) own.push(finding);
    else byCategory.set(finding.category, [finding]);
  }
  return [...byCategory.keys()].sort().map((category) => combineOne(category, byCategory.get(category)!));
}

function combineOne(category: Category, own: readonly Finding[]): CategoryScore {
  const decisive = own.find((finding) => finding.decisive);
  if (decisive) return { category, score: 1, decisive: true, leading: decisive };
  if (own.length === 1) return { category, score: round(own[0]!.score), decisive: false, leading: own[0]! };
  const groups = new Map<string, Finding>();
  for (const finding of own) {
    const known = groups.get(finding.group);
    if (!known || finding.score > known.score) groups.set(finding.group, finding);
  }
  const highest = [...groups.values()].sort(
    (a, b) => b.score - a.score || (a.detector < b.detector ? -1 : a.detector > b.detector ? 1 : 0),
  );
  const score =
    highest.length === 1 ? highest[0]!.score : 1 - highest.reduce((left, one) => left * (1 - one.score), 1);
  return { category, score: round(score), decisive: false, leading: highest[0]! };
}
