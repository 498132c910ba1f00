import type { Clock, ContentGate, GateSubject, GateVerdict, Grounds } from '@socialkit/core';
import { findLinkSigns } from './detectors/spam/links.js';
import type { PostHistory } from './detectors/spam/post-history.js';
import { simhashOf } from './detectors/spam/simhash.js';
import type { ModerationResult } from './kernel/result.js';
import type { SpamFacts } from './kernel/spam-facts.js';
import type { AuthorTier, ModerationSubjectInput } from './kernel/subject.js';
import { createTextModeration, type TextModerationOptions } from './moderate.js';
import { plainView } from './normalise/plain-view.js';

/** What the host knows about an author; every part may be unknown. */
export interface AuthorStanding {
  readonly tier?: AuthorTier;
  /** Unix milliseconds. */
  readonly createdAt?: number;
  readonly locale?: string;
  /** Reports per text, 0 to 1. */
  readonly reportRatio?: number;
}

/** What a result rests on besides the content. */
export interface JudgedWith {
  readonly facts: SpamFacts | null;
  readonly authorTier: AuthorTier;
  readonly locale: string | null;
}

export interface TextGateOptions extends TextModerationOptions {
  /** Texts are counted and compared with it. @default nothing is counted: rate and copies are unknown */
  readonly history?: PostHistory;
  readonly author?: (authorId: string) => Promise<AuthorStanding> | AuthorStanding;
  /** Whether private messages are judged. @default false: they are let through unread */
  readonly messages?: boolean;
  /**
   * Gets every result, before the verdict is given: here the host keeps them for review. A string that it gives back is
   * the `reference` of the verdict, which the events about the content carry; anything else is none.
   */
  readonly onResult?: (result: ModerationResult, subject: GateSubject, judged: JudgedWith) => unknown;
}

/**
 * The local pipeline as core's content gate: approve lets through, `blur_and_warn` labels, `flag_for_review` holds the text with
 * its author until a person has decided, `remove` refuses. Names of rules are the reasons; scores and words are in the result.
 * Where a rule leaves content visible while it waits, it is let through, blurred when the rule says so.
 */
export function createTextGate(deps: { readonly clock: Clock }, options: TextGateOptions = {}): ContentGate {
  const { history, author, messages = false, onResult } = options;
  const moderation = createTextModeration(deps, options);
  return {
    async review(subject) {
      if (subject.surface === 'message' && !messages) return { decision: 'allow' };
      const standing = (await author?.(subject.authorId)) ?? {};
      const now = deps.clock.now();
      const facts = await factsOf(subject, standing, now, history);
      const result = await moderation.moderate(inputOf(subject, standing), facts ? { facts } : {});
      const judged = {
        facts,
        authorTier: standing.tier ?? ('known' as const),
        locale: standing.locale ?? null,
      };
      const reference = await onResult?.(result, subject, judged);
      return verdictOf(result, typeof reference === 'string' ? { reference } : {});
    },
  };
}

function inputOf(subject: GateSubject, standing: AuthorStanding): ModerationSubjectInput {
  const texts: Record<string, string> = { ...subject.texts };
  subject.media.forEach(({ alt }, at) => {
    if (alt) texts[`media.${at}.alt`] = alt;
  });
  return {
    surface: subject.surface,
    id: subject.subjectId ?? 'new',
    texts,
    links: subject.links.slice(0, 100),
    authorId: subject.authorId,
    ...(standing.tier ? { authorTier: standing.tier } : {}),
    ...(standing.locale ? { locale: standing.locale } : {}),
  };
}

/** What is posted; names and profiles may be alike, and nobody writes them often. */
const POSTED: ReadonlySet<GateSubject['surface']> = new Set(['post', 'comment', 'message']);

async function factsOf(
  subject: GateSubject,
  standing: AuthorStanding,
  now: number,
  history: PostHistory | undefined,
): Promise<SpamFacts | null> {
  const accountAgeMs = standing.createdAt === undefined ? null : Math.max(0, now - standing.createdAt);
  const reportRatio = standing.reportRatio ?? null;
  // An edit is no further post.
  const counted =
    history && subject.subjectId === undefined && POSTED.has(subject.surface)
      ? await history.record({
          authorId: subject.authorId,
          at: now,
          simhash: simhashOfTexts(subject),
          domains: domainsOf(subject),
        })
      : null;
  if (counted === null && accountAgeMs === null && reportRatio === null) return null;
  return {
    accountAgeMs,
    reportRatio,
    authorTexts: counted?.authorTexts ?? null,
    inFastWindow: counted?.inFastWindow ?? 1,
    inSlowWindow: counted?.inSlowWindow ?? 1,
    ownCopies: counted?.ownCopies ?? 0,
    othersCopies: counted?.othersCopies ?? 0,
    otherAuthors: counted?.otherAuthors ?? 0,
    newDomains: counted?.newDomains ?? null,
  };
}

const MOST_DOMAINS = 20;
const domainsOf = ({ texts, links }: GateSubject): readonly string[] => {
  const signs = [...Object.values(texts), ...links].flatMap((text) => findLinkSigns(text));
  return [...new Set(signs.map(({ domain }) => domain))].slice(0, MOST_DOMAINS);
};

const simhashOfTexts = ({ texts }: GateSubject) =>
  simhashOf(
    plainView(
      Object.keys(texts)
        .sort()
        .map((field) => texts[field])
        .join('\n'),
    ),
  );

/** What a statement of reasons says of a result. */
function groundsOf({ reasons, policy }: ModerationResult): { readonly grounds?: Partial<Grounds> } {
  const [first] = reasons;
  if (!first) return {};
  return {
    grounds: {
      category: first.category ?? 'other',
      ruleId: first.ruleId,
      policy,
      detector: { id: first.detector, version: first.version },
    },
  };
}

function verdictOf(result: ModerationResult, named: { readonly reference?: string }): GateVerdict {
  const reasons = [...new Set(result.reasons.map(({ ruleId }) => ruleId))];
  const kept = { ...named, ...groundsOf(result) };
  switch (result.decision) {
    case 'approve':
      return { decision: 'allow' };
    case 'blur_and_warn':
      return { decision: 'blur', label: result.measures.labels[0] ?? 'sensitive', reasons, ...kept };
    case 'remove':
      return { decision: 'reject', reasons };
    case 'flag_for_review':
      if (result.measures.visibilityWhilePending === 'everyone') return { decision: 'allow', ...named };
      if (result.measures.visibilityWhilePending === 'blurred') {
        return { decision: 'blur', label: result.measures.labels[0] ?? 'sensitive', reasons, ...kept };
      }
      return { decision: 'hold', reasons, ...kept };
  }
}
