import type { Account, ContentGate, Id, Runtime } from '@socialkit/core';
import {
  type AuthorStanding,
  createPendingGate,
  createResultKeeper,
  createRuleStandings,
  createTextGate,
} from '@socialkit/moderation';
import type { Storage } from '../storage.js';
import type { ModerationSignals } from './moderation-signals.js';

const DAY_MS = 24 * 60 * 60_000;
/** An account that is younger is new. */
const NEW_MS = 7 * DAY_MS;
/** One that is older, writes and was never found to offend is trusted. */
const TRUSTED_MS = 180 * DAY_MS;
const TRUSTED_POSTS = 50;

/** What the platform itself knows of an author. */
const standingOf = (account: Account, upheld: number, now: number): AuthorStanding => {
  const age = now - account.createdAt;
  const proven = age >= TRUSTED_MS && account.postCount >= TRUSTED_POSTS && upheld === 0;
  return {
    createdAt: account.createdAt,
    reportRatio: Math.min(1, upheld / (account.postCount + 1)),
    tier: age < NEW_MS ? 'new' : account.verifiedIssuer !== null || proven ? 'trusted' : 'known',
  };
};

/**
 * The text gate over what the platform itself knows: authors by age, posts and upheld reports, posting rates and a
 * spam model that all processes share. What is not simply approved is kept, and its events name it.
 */
export function createModerationGate(
  { storage, runtime }: { readonly storage: Storage; readonly runtime: Runtime },
  signals: ModerationSignals,
): ContentGate {
  const { readers, unitOfWork } = storage;
  const keep = createResultKeeper({ unitOfWork, runtime });
  const author = async (authorId: Id): Promise<AuthorStanding> => {
    const account = (await readers.accounts.byIds([authorId])).get(authorId);
    if (!account) return { tier: 'new' };
    return standingOf(account, await readers.reports.upheldAgainst(authorId), runtime.clock.now());
  };
  const { options } = signals;
  const { media, ...judging } = options;
  const gate = createTextGate(runtime, {
    author,
    standings: createRuleStandings({ readers, clock: runtime.clock }),
    ...judging,
    async onResult(result, subject, judged) {
      await options.onResult?.(result, subject, judged);
      return keep(result, subject, judged);
    },
  });
  const whole = media && media.whilePending !== 'visible' ? createPendingGate(gate) : gate;
  return {
    async review(subject) {
      await signals.refresh();
      return whole.review(subject);
    },
  };
}
