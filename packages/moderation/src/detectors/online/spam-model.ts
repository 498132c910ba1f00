import { createHash } from 'node:crypto';
import { invalid, SocialError } from '@socialkit/core';
import { z } from 'zod';
import { type PlainView, plainView } from '../../normalise/plain-view.js';
import { seededRandom } from '../../training/random.js';
import { createSpamFeatures } from '../spam/spam-features.js';
import { type AdaptiveWeights, createAdaptiveWeights, learnOne, logOddsOf } from './adaptive-weights.js';
import { startFromAdvertising } from './advertising-prior.js';
import { fitPlatt, type Platt, plattOf } from './platt.js';

/** A final decision of a person about one revision, or the outcome of an appeal against one. */
export const labelledDecisionSchema = z.strictObject({
  /** Of the subject and its revision: a later decision about the same one replaces the earlier. */
  id: z.string().min(1).max(200),
  text: z.string().max(100_000),
  spam: z.boolean(),
  moderatorId: z.string().min(1).max(64),
  /** Unix milliseconds. */
  at: z.number().int().nonnegative(),
  source: z.enum(['decision', 'appeal']),
});
export type LabelledDecision = z.output<typeof labelledDecisionSchema>;

export interface SpamModelOptions {
  /** Labels before its findings count, with at least a fifth of `minimumLabels` of each kind. @default 50 */
  readonly minimumLabels?: number;
  /** Examples kept to be learned again. @default 2048 */
  readonly replay?: number;
  /** Examples learned again with each new one. @default 2 */
  readonly replays?: number;
  /** One of so many is held back to measure and calibrate, once the first 50 are learned. @default 10 */
  readonly holdBackOneOf?: number;
  /** Labels one moderator may teach within 24 hours. @default 500 */
  readonly moderatorDaily?: number;
  /** Share of the last 200 labels one moderator may have once three moderators teach. @default 0.6 */
  readonly moderatorShare?: number;
  /** Labels between two versions. @default 50 */
  readonly snapshotEvery?: number;
  /** Versions kept for {@link SpamModel.rollback}. @default 5 */
  readonly versions?: number;
  /** Power of two of the features. @default 18 */
  readonly bits?: number;
  /** Start with a slight opinion about advertising words. @default true */
  readonly prior?: boolean;
}

export type LearnOutcome = 'learned' | 'held_back' | 'moderator_daily_cap' | 'moderator_share_cap';

/** Scores a text. */
export interface SpamScore {
  readonly logOdds: number;
  /** Calibrated on what was held back, once there is enough. */
  readonly score: number;
}

/**
 * Spam as one tenant's moderators see it. It learns only from the decisions it is given, never from its own scores; the same
 * decisions in the same order give the same model. Its state is a value that {@link SpamModel.save} gives and
 * {@link restoreSpamModel} takes.
 */
export interface SpamModel {
  /** Rises with every snapshot; a rollback takes a new number too. */
  readonly version: number;
  /** Whether it has learned enough for its findings to count. */
  readonly active: boolean;
  readonly labels: { readonly spam: number; readonly other: number };
  /** @throws decision.invalid */
  learn(decision: LabelledDecision): LearnOutcome;
  /** @param text or its view, where it was read already */
  score(text: string | PlainView): SpamScore;
  /** How it does on what it never learned; null below 20 examples. */
  heldBack(): { readonly count: number; readonly logLoss: number; readonly accuracy: number } | null;
  /** Versions that can be gone back to, oldest first. */
  versions(): readonly { readonly version: number; readonly labels: number }[];
  /**
   * Goes back to what was known at a version; later labels are forgotten.
   * @throws model.version_not_found
   */
  rollback(version: number): void;
  save(): SpamModelState;
}

interface Example {
  readonly id: string;
  readonly features: Uint32Array;
  readonly label: 0 | 1;
}

/** Everything a model knows, as plain data. */
export interface SpamModelState {
  readonly format: 1;
  readonly bits: number;
  readonly version: number;
  readonly counts: readonly [number, number];
  readonly weights: AdaptiveWeights;
  readonly replay: readonly Example[];
  readonly heldBack: readonly Example[];
  readonly recent: readonly { readonly moderatorId: string; readonly at: number }[];
  readonly seen: number;
}

const HELD_BACK = 500;
const LEARNED_FIRST = 50;
const RECENT = 1_000;
const SHARE_WINDOW = 200;
const DAY = 86_400_000;

export function createSpamModel(options: SpamModelOptions = {}, from?: SpamModelState): SpamModel {
  const {
    minimumLabels = 50,
    replay: room = 2048,
    replays = 2,
    holdBackOneOf = 10,
    moderatorDaily = 500,
    moderatorShare = 0.6,
    snapshotEvery = 50,
    versions: kept = 5,
    bits = from?.bits ?? 18,
    prior = true,
  } = options;
  const features = createSpamFeatures(bits);
  let state = from ? copyOf(from) : fresh();
  let platt: Platt | null = calibrate();
  let snapshots: SpamModelState[] = [copyOf(state)];

  function fresh(): SpamModelState {
    const weights = createAdaptiveWeights(2 ** bits);
    if (prior) startFromAdvertising(weights, features);
    return {
      format: 1,
      bits,
      version: 1,
      counts: [0, 0],
      weights,
      replay: [],
      heldBack: [],
      recent: [],
      seen: 0,
    };
  }
  function calibrate(): Platt | null {
    const { heldBack } = state;
    if (heldBack.length < 40) return null;
    return fitPlatt(
      heldBack.map((example) => ({
        raw: logOddsOf(state.weights, example.features),
        positive: example.label === 1,
      })),
    );
  }
  function weightOf(label: 0 | 1): number {
    const total = state.counts[0] + state.counts[1] + 2;
    return Math.min(4, Math.max(0.25, total / (2 * (state.counts[label] + 1))));
  }
  function capOf(moderatorId: string, at: number): LearnOutcome | null {
    const today = state.recent.filter((one) => one.moderatorId === moderatorId && one.at > at - DAY).length;
    if (today >= moderatorDaily) return 'moderator_daily_cap';
    const window = state.recent.slice(-SHARE_WINDOW);
    if (window.length < 50 || new Set(window.map((one) => one.moderatorId)).size < 3) return null;
    const own = window.filter((one) => one.moderatorId === moderatorId).length;
    return own + 1 > moderatorShare * (window.length + 1) ? 'moderator_share_cap' : null;
  }

  return {
    get version() {
      return state.version;
    },
    get active() {
      const [other, spam] = state.counts;
      return other + spam >= minimumLabels && Math.min(other, spam) >= minimumLabels / 5;
    },
    get labels() {
      return { spam: state.counts[1], other: state.counts[0] };
    },
    learn(input) {
      const parsed = labelledDecisionSchema.safeParse(input);
      if (!parsed.success) {
        throw invalid(
          'decision.invalid',
          'this is no labelled decision',
          parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message })),
        );
      }
      const decision = parsed.data;
      // What an appeal found is not one moderator's opinion.
      const cap = decision.source === 'appeal' ? null : capOf(decision.moderatorId, decision.at);
      if (cap) return cap;
      const { indices, count } = features.extract(plainView(decision.text));
      const example: Example = {
        id: decision.id,
        features: indices.slice(0, count),
        label: decision.spam ? 1 : 0,
      };
      const recent = [
        ...state.recent.slice(-RECENT + 1),
        { moderatorId: decision.moderatorId, at: decision.at },
      ];
      const heldBack = state.seen >= LEARNED_FIRST && isHeldBack(decision.id, holdBackOneOf);
      const earlier = [...state.heldBack, ...state.replay].find(({ id }) => id === decision.id);
      const counts: [number, number] = [...state.counts];
      if (earlier) counts[earlier.label] -= 1;
      counts[example.label] += 1;
      const without = (examples: readonly Example[]) =>
        earlier ? examples.filter(({ id }) => id !== decision.id) : examples;
      state = {
        ...state,
        recent,
        counts,
        seen: state.seen + 1,
        replay: without(state.replay),
        heldBack: without(state.heldBack),
      };
      if (heldBack) state = { ...state, heldBack: [...state.heldBack.slice(-HELD_BACK + 1), example] };
      else {
        learnOne(state.weights, example.features, example.label, weightOf(example.label));
        const replay = [...state.replay.slice(-room + 1), example];
        state = { ...state, replay };
        const random = seededRandom(state.seen);
        for (let again = 0; again < replays; again += 1) {
          const old = replay[Math.floor(random() * replay.length)]!;
          learnOne(state.weights, old.features, old.label, weightOf(old.label));
        }
      }
      if (state.seen % snapshotEvery === 0) {
        state = { ...state, version: state.version + 1 };
        platt = calibrate();
        snapshots = [...snapshots.slice(-kept + 1), copyOf(state)];
      }
      return heldBack ? 'held_back' : 'learned';
    },
    score(text) {
      const { indices, count } = features.extract(typeof text === 'string' ? plainView(text) : text);
      const logOdds = logOddsOf(state.weights, indices, count);
      return { logOdds, score: plattOf(platt, logOdds) };
    },
    heldBack() {
      const { heldBack } = state;
      if (heldBack.length < 20) return null;
      let loss = 0;
      let right = 0;
      for (const example of heldBack) {
        const score = plattOf(platt, logOddsOf(state.weights, example.features));
        loss -= Math.log(Math.max(1e-9, example.label === 1 ? score : 1 - score));
        if (score >= 0.5 === (example.label === 1)) right += 1;
      }
      return { count: heldBack.length, logLoss: loss / heldBack.length, accuracy: right / heldBack.length };
    },
    versions: () => snapshots.map(({ version, counts }) => ({ version, labels: counts[0] + counts[1] })),
    rollback(version) {
      const found = snapshots.find((snapshot) => snapshot.version === version);
      if (!found) throw new SocialError('not_found', 'model.version_not_found', 'this version is not kept');
      state = { ...copyOf(found), version: state.version + 1 };
      platt = calibrate();
      snapshots = [...snapshots.filter((one) => one.version <= version), copyOf(state)].slice(-kept);
    },
    save: () => copyOf(state),
  };
}

/** A model as it was saved. @throws model.incompatible the state is of another format */
export function restoreSpamModel(state: SpamModelState, options: SpamModelOptions = {}): SpamModel {
  if (state.format !== 1 || state.weights.weights.length !== 2 ** state.bits) {
    throw new SocialError(
      'validation',
      'model.incompatible',
      'this is no state of a spam model of this version',
    );
  }
  return createSpamModel({ ...options, bits: state.bits }, state);
}

function copyOf(state: SpamModelState): SpamModelState {
  const { weights } = state;
  return {
    ...state,
    weights: { ...weights, weights: weights.weights.slice(), squares: weights.squares.slice() },
  };
}

function isHeldBack(id: string, oneOf: number): boolean {
  if (oneOf <= 0) return false;
  return createHash('sha256').update(id).digest().readUInt32BE(0) % oneOf === 0;
}
