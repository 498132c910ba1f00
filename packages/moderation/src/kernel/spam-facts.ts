/** What is known about an author and about posts like this one. A value: the same facts give the same score. */
export interface SpamFacts {
  /** Milliseconds since the account was made; null when unknown. */
  readonly accountAgeMs: number | null;
  /** Texts the author wrote before this one, as far as they are counted. */
  readonly authorTexts: number | null;
  /** Texts of the author in the fast window, this one included. */
  readonly inFastWindow: number;
  /** Texts of the author in the slow window, this one included. */
  readonly inSlowWindow: number;
  /** Earlier near-duplicates by the same author. */
  readonly ownCopies: number;
  /** Earlier near-duplicates by others, and by how many of them. */
  readonly othersCopies: number;
  readonly otherAuthors: number;
  /** Linked domains that nobody linked before the last day; null when unknown. @default null */
  readonly newDomains?: number | null;
  /** Reports per text of the author, 0 to 1; null when unknown. */
  readonly reportRatio: number | null;
}
