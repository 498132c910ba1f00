import { canViewAccount, type FactsReader } from '../access/index.js';
import type { Id } from '../kernel/ids.js';
import { handlesOf, type MentionedAccount, type TextReading, withMentions } from './reading.js';
import type { TextEntity } from './types.js';

/** Accounts behind the words of a text that read like mentions, before anybody has asked whether they may be mentioned. */
export type MentionCandidates = ReadonlyMap<string, MentionedAccount>;

/** Finds accounts by canonical handle. */
export interface HandleLookup {
  idsByHandles(handles: readonly string[]): Promise<ReadonlyMap<string, Id>>;
}

/** The canonical form of a handle, or null for text that cannot be one. */
export type CanonicalHandle = (text: string) => string | null;

/** Looks the words of a text up by handle. Handles need no lock: what is decided about the accounts does. */
export async function findMentionCandidates(
  accounts: HandleLookup,
  canonicalHandle: CanonicalHandle,
  reading: TextReading,
): Promise<MentionCandidates> {
  const canonical = new Map<string, string>();
  for (const word of handlesOf(reading)) {
    const handle = canonicalHandle(word);
    if (handle !== null) canonical.set(word, handle);
  }
  const found = new Map<string, MentionedAccount>();
  if (canonical.size === 0) return found;
  const ids = await accounts.idsByHandles([...new Set(canonical.values())]);
  for (const [word, handle] of canonical) {
    const id = ids.get(handle);
    if (id !== undefined) found.set(word, { id, handle });
  }
  return found;
}

const idsOf = (candidates: MentionCandidates): readonly Id[] => [
  ...new Set([...candidates.values()].map(({ id }) => id)),
];

/** The pairs of accounts whose relation decides about the mentions: to be locked before {@link resolveMentions}. */
export const mentionPairs = (authorId: Id, candidates: MentionCandidates): (readonly [Id, Id])[] =>
  idsOf(candidates).map((id) => [authorId, id] as const);

/**
 * The entities of a text: a mention becomes one when the author can see the account. It grants nothing: whoever could not
 * see the content cannot see it for being mentioned.
 */
export async function resolveMentions(
  facts: Pick<FactsReader, 'relations'>,
  authorId: Id,
  reading: TextReading,
  candidates: MentionCandidates,
): Promise<readonly TextEntity[]> {
  if (candidates.size === 0) return reading.entities;
  const relations = await facts.relations(authorId, idsOf(candidates));
  return withMentions(
    reading,
    new Map([...candidates].filter(([, { id }]) => canViewAccount(relations.get(id)))),
  );
}
