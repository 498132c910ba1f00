import type { ContentFacts } from './facts.js';

/** `require`: must hold to go on. `accept`: ends with yes when it holds. What nothing accepts is hidden. */
export type RuleEffect = 'require' | 'accept';

/**
 * THE visibility policy: one ordered table. Its meaning is given by {@link foldRules} alone; each rule has one form
 * per algebra (TypeScript here, SQL in the PostgreSQL adapter), kept complete by the compiler.
 */
export const VISIBILITY_RULES = [
  { name: 'exists', effect: 'require', says: 'it exists and is not deleted' },
  { name: 'container', effect: 'require', says: 'what contains it can be seen' },
  {
    name: 'own',
    effect: 'accept',
    says: 'authors see their own, also drafts, content under review and taken-down content',
  },
  { name: 'published', effect: 'require', says: 'it has been published' },
  { name: 'unexpired', effect: 'require', says: 'it has not expired' },
  { name: 'author_active', effect: 'require', says: 'its author is active or limited' },
  { name: 'not_taken_down', effect: 'require', says: 'moderation has not taken it down' },
  { name: 'no_block', effect: 'require', says: 'neither side blocks the other' },
  {
    name: 'inherited',
    effect: 'accept',
    says: 'content without an audience of its own has that of its container',
  },
  {
    name: 'public',
    effect: 'accept',
    says: 'public content is for anyone, of a private account for accepted followers',
  },
  { name: 'followers', effect: 'accept', says: 'followers content is for accepted followers' },
  { name: 'friends', effect: 'accept', says: 'friends content is for accepted friends' },
] as const satisfies readonly { name: string; effect: RuleEffect; says: string }[];

/** Names of the visibility rules. */
export type RuleName = (typeof VISIBILITY_RULES)[number]['name'];

/** The operations a form of the policy is written in: booleans, SQL fragments. */
export interface RuleAlgebra<T> {
  readonly yes: T;
  readonly no: T;
  and(a: T, b: T): T;
  or(a: T, b: T): T;
}

/** The fold begins where the table ends. */
const BOTTOM_UP = [...VISIBILITY_RULES].reverse();

/**
 * Gives the table its meaning: read from the top, a failing `require` hides, a holding `accept` shows.
 * @param without rules that are left out; only the proof in `/testing` passes any
 */
export function foldRules<T>(
  algebra: RuleAlgebra<T>,
  forms: Readonly<Record<RuleName, T>>,
  without: ReadonlySet<RuleName> = new Set(),
): T {
  let verdict = algebra.no;
  for (const rule of BOTTOM_UP) {
    // A dropped `require` always holds; a dropped `accept` never does.
    if (without.size > 0 && without.has(rule.name)) continue;
    verdict =
      rule.effect === 'require'
        ? algebra.and(forms[rule.name], verdict)
        : algebra.or(forms[rule.name], verdict);
  }
  return verdict;
}

const booleans: RuleAlgebra<boolean> = { yes: true, no: false, and: (a, b) => a && b, or: (a, b) => a || b };

const forms = (
  facts: ContentFacts,
  now: number,
  without: ReadonlySet<RuleName>,
): Record<RuleName, boolean> => ({
  exists: facts.status !== 'deleted',
  container: facts.container === null || decide(facts.container, now, without),
  own: facts.author.self,
  published: facts.status === 'published' || facts.status === 'flagged',
  unexpired: facts.expiresAt === null || facts.expiresAt > now,
  author_active: facts.author.state === 'active' || facts.author.state === 'limited',
  not_taken_down: facts.status !== 'flagged',
  no_block: !facts.author.blocked,
  inherited: facts.audience === 'container',
  public: facts.audience === 'public' && (!facts.author.isPrivate || facts.author.follows),
  followers: facts.audience === 'followers' && facts.author.follows,
  friends: facts.audience === 'friends' && facts.author.friends,
});

const decide = (facts: ContentFacts, now: number, without: ReadonlySet<RuleName>): boolean =>
  foldRules(booleans, forms(facts, now, without), without);

const NONE: ReadonlySet<RuleName> = new Set();

/** Whether the viewer the facts were loaded for can see the content. @param now Unix milliseconds */
export const canView = (facts: ContentFacts | undefined, now: number): facts is ContentFacts =>
  facts !== undefined && decide(facts, now, NONE);

/** The first rule that hides the content, for explanations to operators and authors; null when it can be seen. */
export function hiddenBy(facts: ContentFacts, now: number): RuleName | 'audience' | null {
  const form = forms(facts, now, NONE);
  for (const rule of VISIBILITY_RULES) {
    if (rule.effect === 'require' && !form[rule.name]) return rule.name;
    if (rule.effect === 'accept' && form[rule.name]) return null;
  }
  return 'audience';
}

/** The policy with rules switched off: exported under `/testing` only. */
export const canViewWithout =
  (without: ReadonlySet<RuleName>) =>
  (facts: ContentFacts | undefined, now: number): boolean =>
    facts !== undefined && decide(facts, now, without);
