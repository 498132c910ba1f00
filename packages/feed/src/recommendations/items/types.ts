import { idSchema, opaqueKey, pageFields, pageOf } from '@socialkit/core';
import { z } from 'zod';
import { createProfile } from '../../ranking/profile.js';
import { becauseSchema } from '../../ranking/types.js';
import type { IalsOptions } from '../models/ials.js';

/** Interactions of one call at most. */
export const MAX_INTERACTIONS = 100;
/** Interactions of one user that count: the newest. */
export const MAX_OWN_ITEMS = 1000;
/** Known items from which on a user is placed among the others; with fewer he gets what is popular. */
export const MIN_KNOWN = 3;
/** Milliseconds an item that was dismissed is not recommended again: 90 days. */
export const ITEM_DISMISSED_MS = 90 * 24 * 60 * 60_000;

/** A catalogue of the host: `artists`, `groups`, `articles`. */
export const catalogueSchema = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,29}$/, 'lower-case letters, digits and underscores, at most 30');
/** The host's own key of an item. */
export const itemSchema = opaqueKey(128);

/** How items are ranked: factors and the linear model alike, and a little of what friends have. */
export const ITEMS_PROFILE = createProfile({
  version: 'items-v1',
  sources: {
    factors: { weight: 1 },
    linear: { weight: 1 },
    walk: { weight: 0.5 },
    neighbours: { weight: 0.5 },
    friends: { weight: 0.1 },
    popular: { weight: 0.001 },
  },
  value: 'none',
  author: { decay: 1, floor: 1 },
  mmrLambda: 1,
  exploreEvery: 0,
});

/** How factors of a catalogue are trained. */
export const ITEMS_IALS: IalsOptions = Object.freeze({
  factors: 64,
  unobserved: 0.05,
  regularisation: 0.01,
  sweeps: 10,
});
/** Regularisation of the linear model. */
export const ITEMS_EASE = 100;

/** An item to look at, and why. */
export const recommendedItemSchema = z.object({
  item: z.string(),
  score: z.number().meta({ description: 'for ordering only; comparable within one list' }),
  because: z.array(becauseSchema).readonly(),
});
/** See {@link recommendedItemSchema}. */
export type RecommendedItem = z.output<typeof recommendedItemSchema>;

/** Input of `discovery.items`. */
export const itemsInput = z.strictObject({ catalogue: catalogueSchema, ...pageFields });
/** Output of `discovery.items`. */
export const itemsPage = pageOf(recommendedItemSchema);
/** Input of the operations about one item. */
export const itemInput = z.strictObject({ catalogue: catalogueSchema, item: itemSchema });
/** Input of `discovery.recordInteractions`. */
export const interactionsInput = z.strictObject({
  catalogue: catalogueSchema,
  interactions: z
    .array(z.strictObject({ userId: idSchema, item: itemSchema }))
    .min(1)
    .max(MAX_INTERACTIONS),
});
