import { z } from 'zod';
import { type ContentFacts, canView, type FactsReader, requireActive } from '../access/index.js';
import { type Actor, accountOf } from '../kernel/actor.js';
import { type Id, idSchema } from '../kernel/ids.js';
import type { JobWriter } from '../kernel/jobs.js';
import { operation } from '../kernel/operation.js';
import type { Runtime } from '../kernel/runtime.js';
import { opaqueKey } from '../kernel/text.js';
import type { UnitOfWork } from '../kernel/unit-of-work.js';
import { type AnalyticsEvent, type AnalyticsKind, DAY_MS, oldestRawDay } from './events.js';
import { hash64 } from './hash.js';
import { planRollup } from './maintain.js';
import { isSampled, type Sampler } from './sampler.js';
import type { AnalyticsReaders, AnalyticsStores } from './store.js';

/** Items of one batch at most. */
export const MAX_TRACK_BATCH = 50;
/** The share of a post that must be on screen, and for how many milliseconds: the MRC's rule of a viewable impression. */
export const VIEWABLE = { share: 0.5, ms: 1000 } as const;
/** Milliseconds a client's clock may be ahead. */
const SKEW_MS = 60_000;
/** Milliseconds a batch may have waited to be sent. */
const ALLOWED_AGE_MS = DAY_MS;

/** Why an item is not counted. */
export const DROP_REASONS = [
  'not_viewable',
  'own',
  'bot',
  'not_served',
  'future',
  'too_old',
  'repeated',
  'not_sampled',
] as const;
export type DropReason = (typeof DROP_REASONS)[number];

const at = z.int().min(0).meta({ description: 'Unix milliseconds, when it was seen' });
const session = opaqueKey(64).meta({
  description: "the client's own name of the visit; a new one each visit",
});
const surface = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,31}$/, 'must be a surface such as home')
  .optional();
const tracked = z.object({
  accepted: z.int(),
  dropped: z
    .array(z.object({ postId: z.string(), reason: z.enum(DROP_REASONS) }))
    .readonly()
    .meta({ description: 'what is not counted, and why; nothing here is an error' }),
});
export type Tracked = z.output<typeof tracked>;

const impression = z.strictObject({
  postId: idSchema.meta({ description: 'as it was shown: for a repost the id of the repost' }),
  at,
  ms: z.int().min(0).meta({ description: 'milliseconds it was visible without a break' }),
  share: z.number().min(0).max(1).meta({ description: 'the largest share of it that was visible, 0 to 1' }),
  position: z.int().min(0).max(100_000).optional(),
  surface,
  requestId: opaqueKey(64).optional().meta({ description: 'of the answer that contained it' }),
});

/** Operations by which clients say what was seen. */
export const trackOperations = {
  impressions: operation({
    name: 'track.impressions',
    summary: 'Tells which posts were on screen. Counts once per viewer, post and session.',
    method: 'POST',
    path: '/track/impressions',
    permission: 'user',
    input: z.strictObject({ session, items: z.array(impression).min(1).max(MAX_TRACK_BATCH) }),
    output: tracked,
  }),
  clicks: operation({
    name: 'track.clicks',
    summary:
      'Tells which links and profiles were opened from posts. Counts once per viewer, post and session.',
    method: 'POST',
    path: '/track/clicks',
    permission: 'user',
    input: z.strictObject({
      session,
      items: z
        .array(z.strictObject({ postId: idSchema, at, kind: z.enum(['link', 'profile']), surface }))
        .min(1)
        .max(MAX_TRACK_BATCH),
    }),
    output: tracked,
  }),
} as const;

/** What a host may know better. */
export interface TrackOptions {
  /**
   * Which of these posts were served to a viewer. Whatever it says, what the viewer may not see counts as never served.
   * @default every post that the viewer may see
   */
  readonly served?: (viewer: Id, postIds: readonly Id[]) => Promise<ReadonlySet<Id>>;
  /** Whether an account is a program. @default nobody is */
  readonly isBot?: (accountId: Id) => boolean | Promise<boolean>;
}

/** What tracking works on. */
export interface TrackDeps {
  readonly unitOfWork: UnitOfWork<Pick<AnalyticsStores, 'analytics'> & { readonly jobs: JobWriter }>;
  readonly readers: AnalyticsReaders & { readonly facts: FactsReader };
  readonly runtime: Runtime;
  readonly sampler: Sampler;
  readonly options: TrackOptions;
}

interface Item {
  readonly kind: AnalyticsKind;
  readonly postId: Id;
  readonly at: number;
  readonly surface?: string | undefined;
  readonly viewable: boolean;
}

/** 63 bits out of what makes an impression the same one again. */
function idOf(kind: AnalyticsKind, viewer: Id, postId: Id, visit: string): Id {
  const { high, low } = hash64(`${kind} ${viewer} ${postId} ${visit}`);
  return ((BigInt(high & 0x7fffffff) << 32n) | BigInt(low)).toString();
}

/** Drops what does not count, with the reason; what stays is what was served, by its original. */
function judge(
  item: Item,
  facts: ContentFacts | undefined,
  {
    now,
    bot,
    served,
  }: { readonly now: number; readonly bot: boolean; readonly served: ReadonlySet<Id> | null },
): DropReason | ContentFacts {
  if (item.at > now + SKEW_MS) return 'future';
  if (item.at < now - ALLOWED_AGE_MS) return 'too_old';
  if (!item.viewable) return 'not_viewable';
  if (bot) return 'bot';
  if (!canView(facts, now) || (served !== null && !served.has(item.postId))) return 'not_served';
  const original = facts.container ?? facts;
  return original.author.self ? 'own' : original;
}

/**
 * Takes in what a client says its user saw. Nothing a client says can count for a post its user may not see, for his own
 * posts, or twice.
 * @throws account.inactive (forbidden)
 */
async function track(deps: TrackDeps, actor: Actor, visit: string, items: readonly Item[]): Promise<Tracked> {
  const viewer = accountOf(actor);
  const { readers, runtime, options } = deps;
  const now = runtime.clock.now();
  requireActive((await readers.facts.relations(viewer, [viewer])).get(viewer));
  const postIds = [...new Set(items.map(({ postId }) => postId))];
  const [facts, served, bot] = await Promise.all([
    readers.facts.posts(viewer, postIds),
    options.served?.(viewer, postIds) ?? null,
    options.isBot?.(viewer) ?? false,
  ]);
  const dropped: { postId: Id; reason: DropReason }[] = [];
  const kept: { readonly item: Item; readonly facts: ContentFacts }[] = [];
  for (const item of items) {
    const said = judge(item, facts.get(item.postId), { now, bot, served });
    if (typeof said === 'string') dropped.push({ postId: item.postId, reason: said });
    else kept.push({ item, facts: said });
  }

  const wrappers = kept.flatMap(({ item, facts: original }) =>
    original.id === item.postId ? [] : [item.postId],
  );
  const depths = wrappers.length === 0 ? new Map() : await readers.analytics.shareDepths(wrappers);
  const weight = deps.sampler.weightFor(kept.length);
  const events = new Map<Id, { readonly event: AnalyticsEvent; readonly postId: Id }>();
  for (const { item, facts: original } of kept) {
    const id = idOf(item.kind, viewer, original.id, visit);
    const reason = events.has(id) ? 'repeated' : isSampled(id, weight) ? null : 'not_sampled';
    if (reason !== null) dropped.push({ postId: item.postId, reason });
    else
      events.set(id, {
        postId: item.postId,
        event: {
          kind: item.kind,
          id,
          version: '1',
          // What a clock that is ahead says happened now.
          ts: Math.min(item.at, now),
          actorId: viewer,
          subjectId: original.id,
          authorId: original.author.accountId,
          value: weight,
          depth: original.id === item.postId ? 0 : (depths.get(item.postId) ?? 1),
          source: item.surface ?? null,
        },
      });
  }
  if (events.size === 0) return { accepted: 0, dropped };
  const accepted = await deps.unitOfWork.transact(async ({ analytics, jobs }) => {
    const taken = await analytics.record(
      [...events.values()].map(({ event }) => event),
      oldestRawDay(now),
    );
    if (taken.length > 0) await planRollup(jobs);
    return new Set(taken);
  });
  for (const [id, { postId }] of events) if (!accepted.has(id)) dropped.push({ postId, reason: 'repeated' });
  return { accepted: accepted.size, dropped };
}

/** See {@link trackOperations}. */
export const trackImpressions = (
  deps: TrackDeps,
  actor: Actor,
  input: z.output<typeof trackOperations.impressions.input>,
): Promise<Tracked> =>
  track(
    deps,
    actor,
    input.session,
    input.items.map(({ ms, share, ...item }) => ({
      ...item,
      kind: 'impression',
      viewable: ms >= VIEWABLE.ms && share >= VIEWABLE.share,
    })),
  );

/** See {@link trackOperations}. */
export const trackClicks = (
  deps: TrackDeps,
  actor: Actor,
  input: z.output<typeof trackOperations.clicks.input>,
): Promise<Tracked> =>
  track(
    deps,
    actor,
    input.session,
    input.items.map(({ kind, ...item }) => ({
      ...item,
      kind: kind === 'link' ? 'link_click' : 'profile_click',
      viewable: true,
    })),
  );
