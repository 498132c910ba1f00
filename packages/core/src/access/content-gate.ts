import type { Id } from '../kernel/ids.js';
import type { Grounds } from './measures.js';

/** Where a text is about to appear. */
export type GateSurface = 'post' | 'comment' | 'profile' | 'message' | 'group' | 'media';

/** What is about to be written. Hosts and the moderation package decide on it before the transaction begins. */
export interface GateSubject {
  readonly surface: GateSurface;
  /** Field names to texts, for example `{ text, contentWarning }` or `{ displayName, bio }`. */
  readonly texts: Readonly<Record<string, string>>;
  readonly media: readonly { readonly ref: string; readonly alt: string | null }[];
  readonly links: readonly string[];
  readonly authorId: Id;
  /** The id of what is edited; absent for something new. */
  readonly subjectId?: Id;
}

/**
 * - `allow`: goes on.
 * - `blur`: goes on with a warning label.
 * - `hold`: written as `under_review`, visible to its author only.
 * - `reject`: not written; the caller gets `content.rejected` with the reasons.
 */
export type GateVerdict =
  | ({ readonly decision: 'allow' } & Judged)
  | ({ readonly decision: 'blur'; readonly label: string; readonly reasons?: readonly string[] } & Judged)
  | ({ readonly decision: 'hold'; readonly reasons: readonly string[] } & Judged)
  | { readonly decision: 'reject'; readonly reasons: readonly string[] };

interface Judged {
  /** Names what the gate keeps about this decision; events about the content carry it. */
  readonly reference?: string;
  /** What the statement of reasons says; the rest is filled in. */
  readonly grounds?: Partial<Grounds>;
}

/** Decides about content before it is written. A gate that fails or misses its deadline refuses: `content.gate_unavailable`. */
export interface ContentGate {
  review(subject: GateSubject): Promise<GateVerdict>;
}

/** The default: everything is allowed. */
export const openGate: ContentGate = Object.freeze({ review: async () => ({ decision: 'allow' as const }) });
