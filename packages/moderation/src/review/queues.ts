import type { Care } from './views.js';

/** How a queue is worked. */
export interface QueueRule {
  /** Milliseconds in which its cases should be decided. */
  readonly slaMs: number;
  /** A permission its moderators need beside `cases.decide`. */
  readonly permission?: string;
  /** Verdicts that must agree, of at most so many. @default one moderator decides */
  readonly quorum?: { readonly agree: number; readonly of: number };
}

/** Queues by name. A queue that is not in here is worked like {@link DEFAULT_QUEUE}. */
export type Queues = Readonly<Record<string, QueueRule>>;

const HOUR_MS = 60 * 60_000;

export const DEFAULT_QUEUE: QueueRule = Object.freeze({ slaMs: 24 * HOUR_MS });

/** Danger to life and to children first, and not for everybody's eyes. */
export const DEFAULT_QUEUES: Queues = Object.freeze({
  'child-safety': { slaMs: HOUR_MS, permission: 'cases.protect' },
  threat: { slaMs: HOUR_MS },
  'self-harm': { slaMs: HOUR_MS },
  hate: { slaMs: 12 * HOUR_MS, quorum: { agree: 2, of: 3 } },
  spam: { slaMs: 48 * HOUR_MS },
  appeals: { slaMs: 7 * 24 * HOUR_MS },
});

/** @param queues @default {@link DEFAULT_QUEUES} */
export const ruleOf = (queues: Queues, name: string): QueueRule =>
  (Object.hasOwn(queues, name) ? queues[name] : undefined) ?? DEFAULT_QUEUE;

const GRAPHIC = new Set(['violence', 'violence.graphic', 'self_harm', 'hate_symbol']);
const SEXUAL = new Set(['nsfw', 'sexual']);

/** How to spare a reviewer: by category, decided here once for every console. Of children nothing is shown unasked. */
export const careFor = (category: string): Care => ({
  preview: category !== 'child_safety',
  blur: category === 'child_safety' || SEXUAL.has(category) || GRAPHIC.has(category),
  greyscale: GRAPHIC.has(category),
  muted: category === 'child_safety' || GRAPHIC.has(category),
});
