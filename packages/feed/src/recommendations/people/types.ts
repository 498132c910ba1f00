import { connectionSchema, idSchema, pageFields, pageOf } from '@socialkit/core';
import { z } from 'zod';
import { createProfile } from '../../ranking/profile.js';
import { becauseSchema } from '../../ranking/types.js';

/** The kind of the lists, dismissals and experiments of people to follow. */
export const PEOPLE = 'people';

/** Milliseconds somebody who was dismissed is not suggested again: 90 days. */
export const DISMISSED_MS = 90 * 24 * 60 * 60_000;
/** Milliseconds a list of people is served before it is made anew: 6 hours. */
export const PEOPLE_LIST_MS = 6 * 60 * 60_000;

/** Followees of the user, and of a go-between, that are looked at: the newest. */
export const MAX_OWN_FOLLOWEES = 2000;
/** A go-between who follows more than this counts through the newest {@link HUB_SAMPLE} alone. */
export const HUB_FOLLOWEES = 1000;
export const HUB_SAMPLE = 200;
/** Followers of a followee among whom like-minded accounts are looked for: the newest. */
export const MAX_CO_FOLLOWERS = 2500;
/** Like-minded accounts. */
export const NEAREST = 100;
/** Candidates a way of finding them gives. */
export const PEOPLE_PER_WAY = 300;

/**
 * How people are ranked: Adamic-Adar, the 100 nearest accounts by the cosine of their followees, factors, and following back weighed
 * by how often that happens; interest, place and popularity for who has none of them yet. The first four weights were measured on
 * a graph with 40 % and one with 5 % of mutual follows.
 */
export const PEOPLE_PROFILE = createProfile({
  version: 'people-v1',
  sources: {
    adamicAdar: { weight: 1 },
    similar: { weight: 1 },
    factors: { weight: 1 },
    followsBack: { weight: 6, scale: 'raw', cap: 1000 },
    interest: { weight: 0.3 },
    place: { weight: 0.2 },
    popular: { weight: 0.1 },
  },
  value: 'none',
  author: { decay: 1, floor: 1 },
  mmrLambda: 1,
  exploreEvery: 0,
});

/** Somebody to follow, and why. */
export const suggestionSchema = connectionSchema.extend({
  score: z.number().meta({ description: 'for ordering only; comparable within one list' }),
  because: z
    .array(becauseSchema)
    .readonly()
    .meta({ description: 'one to three reasons, the strongest first' }),
});
/** See {@link suggestionSchema}. */
export type Suggestion = z.output<typeof suggestionSchema>;

/** Input of `discovery.people`. */
export const peopleInput = z.strictObject(pageFields);
/** Output of `discovery.people`. */
export const peoplePage = pageOf(suggestionSchema);

/** Input of the operations about one person. */
export const personInput = z.strictObject({ userId: idSchema });
/** Output of `discovery.dismissPerson` and `discovery.restorePerson`. */
export const changedSchema = z.object({ changed: z.boolean() });

/** Input of `discovery.similar`. */
export const similarInput = z.strictObject({ userId: idSchema, limit: pageFields.limit });
/** Output of `discovery.similar`. */
export const similarOutput = z.object({
  items: z.array(suggestionSchema.omit({ score: true })).readonly(),
});
