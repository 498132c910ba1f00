import type { GateSubject, Id, Runtime, UnitOfWork } from '@socialkit/core';
import { findLinkSigns } from '../detectors/spam/links.js';
import { simhashOf } from '../detectors/spam/simhash.js';
import type { ModerationResult } from '../kernel/result.js';
import type { SpamFacts } from '../kernel/spam-facts.js';
import type { AuthorTier } from '../kernel/subject.js';
import { plainView } from '../normalise/plain-view.js';
import type { ResultStores } from './store.js';
import type { ClusterKeys } from './types.js';

const MOST_KEYS = 20;

const sorted = (values: Iterable<string>): readonly string[] =>
  [...new Set(values)].sort().slice(0, MOST_KEYS);

/** What near-duplicates of a content share with it. Pure. */
export function clusterOf(content: {
  readonly texts: Readonly<Record<string, string>>;
  readonly links: readonly string[];
  readonly media: readonly string[];
}): ClusterKeys {
  const text = Object.keys(content.texts)
    .sort()
    .map((field) => content.texts[field])
    .join('\n');
  const simhash = simhashOf(plainView(text));
  const half = (value: number) => value.toString(16).padStart(8, '0');
  return {
    simhash: simhash && half(simhash.high) + half(simhash.low),
    domains: sorted(findLinkSigns([...content.links, text].join('\n')).map(({ domain }) => domain)),
    media: sorted(content.media),
  };
}

/**
 * Keeps results before the content they are about is written, in a transaction of their own.
 * @returns the reference that the content's events carry, or undefined for a plain approval
 */
export const createResultKeeper =
  (deps: { readonly unitOfWork: UnitOfWork<ResultStores>; readonly runtime: Runtime }) =>
  async (
    result: ModerationResult,
    subject: GateSubject,
    known: {
      readonly facts: SpamFacts | null;
      readonly authorTier: AuthorTier;
      readonly locale: string | null;
    },
  ): Promise<Id | undefined> => {
    if (result.decision === 'approve') return undefined;
    const id = deps.runtime.ids.next();
    const { texts, links, media } = subject;
    const kept = {
      id,
      result,
      authorId: subject.authorId,
      ...known,
      cluster: clusterOf({ texts, links, media: media.map(({ ref }) => ref) }),
      at: deps.runtime.clock.now(),
    };
    await deps.unitOfWork.transact(({ results }) => results.insert(kept));
    return id;
  };
