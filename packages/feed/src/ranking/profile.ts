import { z } from 'zod';

/** Candidates of one source unless it says otherwise, and of all sources together at most. */
export const MAX_PER_SOURCE = 300;
export const MAX_CANDIDATES = 1000;

const weight = z.number().min(-1000).max(1000);
const share = z.number().min(0).max(1);

/** How one source counts. */
const sourceSchema = z.strictObject({
  weight: z.number().min(0).max(100),
  cap: z
    .int()
    .min(1)
    .max(MAX_CANDIDATES)
    .default(MAX_PER_SOURCE)
    .meta({ description: 'above 300 only for sources that say something about what others found' }),
  scale: z
    .enum(['max', 'raw'])
    .default('max')
    .meta({ description: 'max: divided by the largest of the request; raw: taken as it is' }),
});

/** A weight set as data: versioned, validated, stored, given to users by their hash. */
export const profileSchema = z.strictObject({
  version: z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'lower-case letters, digits and dashes, at most 40'),
  sources: z
    .record(z.string().regex(/^[a-zA-Z]{1,40}$/), sourceSchema)
    .refine((sources) => Object.keys(sources).length <= 20, 'at most 20 sources'),
  /** `score`: best first. `time`: newest first, whatever the scores. */
  order: z.enum(['score', 'time']).default('score'),
  /** What engagement is worth: `rate` per impression, `count` without impressions, `none`. */
  value: z.enum(['rate', 'count', 'none']).default('rate'),
  /** Weights of actions, negative ones included. */
  actions: z.record(z.string().regex(/^[a-z_]{1,40}$/), weight).default({}),
  halfLifeHours: z
    .number()
    .positive()
    .max(24 * 365)
    .default(24),
  maxAgeHours: z
    .number()
    .positive()
    .max(24 * 365)
    .default(720),
  /** Factor of what comes from outside the viewer's network. */
  outOfNetwork: share.default(0.75),
  /** The k-th item of one author counts `floor + (1 - floor) decay^k`. */
  author: z.strictObject({ decay: share, floor: share }).default({ decay: 0.5, floor: 0.25 }),
  /** 1 is relevance alone, 0 is diversity alone. */
  mmrLambda: share.default(0.7),
  /** Every n-th slot explores; 0 for none. */
  exploreEvery: z.int().min(0).max(1000).default(16),
});
/** See {@link profileSchema}. */
export type RankingProfile = Readonly<z.output<typeof profileSchema>>;

/** @throws TypeError for a weight set that is not valid, naming the fields */
export function createProfile(input: z.input<typeof profileSchema>): RankingProfile {
  const parsed = profileSchema.safeParse(input);
  if (!parsed.success) throw new TypeError(`not a ranking profile: ${z.prettifyError(parsed.error)}`);
  return Object.freeze(parsed.data);
}

/**
 * Weights of actions, a like being 1. They go on rates per impression, never on counts: a report is a thousand times
 * rarer than a like. Ratios as published with the ranker of X in 2026.
 */
const RATE_ACTIONS = {
  like: 1,
  reply: 10,
  repost: 2,
  quote: 10,
  share: 4,
  message_share: 10,
  copy_link: 40,
  follow_author: 8,
  click: 0.8,
  link: 0.4,
  video: 0.1,
  bookmark: 4,
  not_interested: -86.4,
  block: -62.4,
  mute: -117.6,
  report: -468,
} as const;

/** For hosts without impressions: likes + 2 comments + 3 bookmarks + 3 shares. */
const COUNT_ACTIONS = { like: 1, reply: 2, bookmark: 3, repost: 3, quote: 3, share: 3 } as const;

/** The weight sets of posts that come with the package, by version. */
export const POST_PROFILES = Object.freeze({
  'balanced-v1': createProfile({
    version: 'balanced-v1',
    sources: {
      following: { weight: 1 },
      coLikers: { weight: 0.6 },
      factors: { weight: 0.5 },
      interests: { weight: 0.5 },
      socialProof: { weight: 0.5 },
      trending: { weight: 0.3 },
    },
    actions: RATE_ACTIONS,
  }),
  /** Collaborative .3, content .3, social .25, trending .15; each share split between the sources of its kind. */
  'document-v1': createProfile({
    version: 'document-v1',
    sources: {
      coLikers: { weight: 0.15 },
      factors: { weight: 0.15 },
      interests: { weight: 0.3 },
      following: { weight: 0.125 },
      socialProof: { weight: 0.125 },
      trending: { weight: 0.15 },
    },
    actions: RATE_ACTIONS,
    outOfNetwork: 1,
  }),
  chronological: createProfile({
    version: 'chronological',
    sources: { following: { weight: 1 } },
    order: 'time',
    value: 'none',
    author: { decay: 1, floor: 1 },
    mmrLambda: 1,
    exploreEvery: 0,
  }),
  counts: createProfile({
    version: 'counts',
    sources: { following: { weight: 1 }, socialProof: { weight: 1 }, trending: { weight: 1 } },
    value: 'count',
    actions: COUNT_ACTIONS,
    outOfNetwork: 1,
    author: { decay: 1, floor: 1 },
    mmrLambda: 1,
    exploreEvery: 0,
  }),
});

/** The weight set of posts when nobody asks for another. */
export const DEFAULT_POST_PROFILE = POST_PROFILES['balanced-v1'];
