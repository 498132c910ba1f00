import { loadPolicy } from './load-policy.js';
import type { Policy, PolicyInput } from './types.js';

/** The score from which the shipped model's toxicity is flagged: 2 % of harmless posts on the development parts. */
export const TOXICITY_FLAG = 0.947;
/** The score from which hate is put before a person. */
export const HATE_FLAG = 0.85;

const review = (
  queue: string,
  priority: number,
  labels: string[] = [],
): PolicyInput['rules'][number]['do'] => ({
  decision: 'flag_for_review',
  queue,
  priority,
  labels,
  statementTemplate: queue,
});

/** What a bank knows: a listed picture is removed, a picture of a bank for review goes to people. */
const knownMedia: PolicyInput['rules'] = [
  {
    id: 'known-media',
    when: { category: 'known_media', gte: 1 },
    do: { decision: 'remove', labels: ['known-media'], strike: 1, statementTemplate: 'known-media' },
  },
  {
    id: 'known-media-review',
    when: { category: 'known_media', gt: 0, lt: 1 },
    do: review('known-media', 60),
  },
];

const balanced: PolicyInput = {
  id: 'balanced-v1',
  version: 1,
  description:
    'Puts before a person what the local models are rather sure of; removes only what repeats itself as spam.',
  conditions: [
    {
      name: 'spam_wave',
      all: [
        { kind: 'score', category: 'spam', gte: 0.8, missing: false },
        { kind: 'fact', fact: 'otherAuthors', gte: 5, missing: false },
      ],
    },
  ],
  rules: [
    { id: 'toxicity', when: { category: 'toxicity', gte: TOXICITY_FLAG }, do: review('toxicity', 50) },
    { id: 'hate', when: { category: 'hate', gte: HATE_FLAG }, do: review('hate', 70) },
    { id: 'harassment', when: { category: 'harassment', gte: 0.9 }, do: review('harassment', 60) },
    { id: 'threat', when: { category: 'threat', gte: 0.5 }, do: review('threat', 90) },
    { id: 'self-harm', when: { category: 'self_harm', gte: 0.5 }, do: review('self-harm', 95) },
    { id: 'sexual-words', when: { category: 'sexual', gte: 0.9 }, do: review('sexual', 40) },
    { id: 'words', when: { category: 'profanity', gte: 1 }, do: review('words', 40) },
    {
      id: 'sexual-picture',
      when: { category: 'nsfw', gte: 0.5, lt: 0.9 },
      do: { decision: 'blur_and_warn', labels: ['nsfw'], visibilityWhilePending: 'everyone' },
    },
    { id: 'sexual-picture-sure', when: { category: 'nsfw', gte: 0.9 }, do: review('nsfw', 60, ['nsfw']) },
    {
      id: 'violent-picture',
      when: { category: 'violence', gte: 0.5 },
      do: { decision: 'blur_and_warn', labels: ['violence'], visibilityWhilePending: 'everyone' },
    },
    { id: 'hate-symbol', when: { category: 'hate_symbol', gte: 0.3 }, do: review('hate', 75) },
    { id: 'child-safety', when: { category: 'child_safety', gt: 0 }, do: review('child-safety', 100) },
    ...knownMedia,
    { id: 'spam-new', when: { category: 'spam', gte: 0.6, authorTier: ['new'] }, do: review('spam', 30) },
    {
      id: 'spam',
      when: { category: 'spam', gte: 0.8, authorTier: ['known', 'trusted'] },
      do: review('spam', 30),
    },
    {
      id: 'spam-wave',
      when: { condition: 'spam_wave', authorTier: ['new', 'known'] },
      do: { decision: 'remove', labels: ['spam'], strike: 1, statementTemplate: 'spam' },
    },
  ],
  failPolicy: [{ category: 'child_safety', surface: 'media', mode: 'closed' }],
};

const document: PolicyInput = {
  id: 'document-v1',
  version: 1,
  description:
    'The thresholds of the product document: pictures are removed or blurred by score, texts by threshold.',
  rules: [
    {
      id: 'nsfw-remove',
      when: { category: 'nsfw', gt: 0.8 },
      do: { decision: 'remove', labels: ['nsfw'], strike: 1, statementTemplate: 'nsfw' },
    },
    {
      id: 'violence-remove',
      when: { category: 'violence', gt: 0.7 },
      do: { decision: 'remove', labels: ['violence'], strike: 1, statementTemplate: 'violence' },
    },
    {
      id: 'hate-symbol-remove',
      when: { category: 'hate_symbol', gt: 0 },
      do: { decision: 'remove', labels: ['hate'], strike: 1, statementTemplate: 'hate' },
    },
    {
      id: 'nsfw-blur',
      when: { category: 'nsfw', gt: 0.5, lte: 0.8 },
      do: { decision: 'blur_and_warn', labels: ['nsfw'], visibilityWhilePending: 'everyone' },
    },
    {
      id: 'violence-blur',
      when: { category: 'violence', gt: 0.4, lte: 0.7 },
      do: { decision: 'blur_and_warn', labels: ['violence'], visibilityWhilePending: 'everyone' },
    },
    { id: 'toxicity-review', when: { category: 'toxicity', gte: TOXICITY_FLAG }, do: review('toxicity', 50) },
    { id: 'hate-review', when: { category: 'hate', gte: HATE_FLAG }, do: review('hate', 70) },
    { id: 'harassment-review', when: { category: 'harassment', gte: 0.9 }, do: review('harassment', 60) },
    { id: 'threat-review', when: { category: 'threat', gte: 0.5 }, do: review('threat', 90) },
    { id: 'self-harm-review', when: { category: 'self_harm', gte: 0.5 }, do: review('self-harm', 95) },
    {
      id: 'spam-remove',
      when: { category: 'spam', gte: 0.98 },
      do: { decision: 'remove', labels: ['spam'], strike: 1, statementTemplate: 'spam' },
    },
    { id: 'spam-review', when: { category: 'spam', gte: 0.8, lt: 0.98 }, do: review('spam', 30) },
    { id: 'child-safety', when: { category: 'child_safety', gt: 0 }, do: review('child-safety', 100) },
    ...knownMedia,
  ],
  failPolicy: [{ category: 'child_safety', surface: 'media', mode: 'closed' }],
};

/** The default: reviews what models are sure of, removes only waves of spam. */
export const balancedV1: Policy = loadPolicy(balanced);
/** The thresholds of the product document. */
export const documentV1: Policy = loadPolicy(document);
