import type { Span } from '../normalise/plain-view.js';
import type { Decision } from '../policy/types.js';
import type { Category } from './categories.js';
import type { Finding, Missing } from './finding.js';
import type { Surface } from './subject.js';

/** Why a rule fired. Every decision other than approve has at least one. */
export interface Reason {
  readonly ruleId: string;
  /** Null for a rule on a condition, and where a category could not be judged. */
  readonly category: Category | null;
  /** Null where no score decided. */
  readonly score: number | null;
  readonly threshold: number | null;
  readonly detector: string;
  readonly version: string;
  /** Where it rests in the original texts, per field. */
  readonly spans: readonly (Span & { readonly field: string })[];
  /** Media it rests on, by their `ref`; absent where it rests on none. */
  readonly media?: readonly string[];
  /** One sentence for a reviewer, without the author's words. */
  readonly text: string;
}

/** What a decision brings with it: the union over all rules that fired. */
export interface Measures {
  readonly visibilityWhilePending: 'author' | 'everyone' | 'blurred';
  readonly labels: readonly string[];
  /** The queue of the rule with the highest priority. */
  readonly queue: string | null;
  readonly priority: number;
  readonly strike: number;
  readonly statementTemplates: readonly string[];
  /**
   * There where child safety is at stake: nobody is shown a preview, only the queue's own role may open the case, and what is
   * kept as evidence is neither purged nor deleted.
   */
  readonly handling?: 'restricted';
}

/** What was decided about one revision, and all that it rests on. Plain data; the same inputs give the same result. */
export interface ModerationResult {
  /** Hash of content, findings and policy: the same result has the same id. */
  readonly id: string;
  readonly subject: {
    readonly type: Surface;
    readonly id: string;
    readonly revision: number;
    /** SHA-256 of the texts and links, hex. */
    readonly contentHash: string;
  };
  readonly decision: Decision;
  /** `human_reviewed` is set by whoever records a person's decision. */
  readonly reason: 'auto_moderation' | 'requires_human_review' | 'human_reviewed';
  /** How sure the decision is, 0 to 1: the highest score that a rule acted on, or the distance of the nearest from 1. */
  readonly confidence: number;
  readonly scores: Readonly<Partial<Record<Category, number>>>;
  readonly findings: readonly Finding[];
  /** What should have been judged and was not. */
  readonly missing: readonly Missing[];
  readonly reasons: readonly Reason[];
  readonly measures: Measures;
  /** Named conditions of the policy with their value. */
  readonly conditions: Readonly<Record<string, boolean>>;
  readonly policy: { readonly id: string; readonly version: number };
  /** Whether the machine decided alone (`full`), waits for a person (`partial`), or did not restrict anything (`none`). */
  readonly automated: 'none' | 'partial' | 'full';
  /** Something was missing and the fail policy decided in part. */
  readonly degraded: boolean;
  /** Removals were over the hourly cap, and this one went to review instead. */
  readonly capped: boolean;
  readonly latencyMs: number;
  /** Unix milliseconds. */
  readonly expiresAt: number;
  readonly traceId: string | null;
}
