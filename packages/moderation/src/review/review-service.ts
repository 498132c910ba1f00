import {
  type Actor,
  createService,
  type EventType,
  type Id,
  isSocialError,
  type JobHandler,
  type Service,
  type StreamPublisher,
  type Subscriber,
} from '@socialkit/core';
import { createBreachJob } from './breach.js';
import { decideMany } from './bulk.js';
import { claimCase, extendClaim, releaseClaim } from './claim.js';
import { decideCase } from './decide.js';
import { escalateCase, skipCase } from './escalate.js';
import { createFollower } from './follow.js';
import { caseOperations } from './operations.js';
import { presentCase } from './present.js';
import { DEFAULT_QUEUES, type Queues } from './queues.js';
import { listCases, readCase, readNear, requireCase } from './reads.js';
import { createReportWeigher } from './reported.js';
import type { CaseLane } from './types.js';
import type { OnVerdict, ReviewDeps } from './unit.js';

/** The operations of the review. */
export type CasesService = Service<typeof caseOperations>;

/** Options of the review. */
export interface ReviewOptions {
  /** Queues beside the shipped ones, and in their place. @default {@link DEFAULT_QUEUES} */
  readonly queues?: Queues;
  /** Milliseconds a claim holds without a sign of life. @default 10 minutes */
  readonly leaseMs?: number;
  /** Skips after which a case is escalated. @default 3 */
  readonly maxSkips?: number;
  /** Share of decided cases that a second person looks at blindly, 0 to 1. @default 0.02 */
  readonly qualityShare?: number;
}

/** The review with what it does in the background. */
export interface Review {
  readonly service: CasesService;
  /** What other slices of moderation open cases with; see `openCase`. */
  readonly deps: ReviewDeps;
  readonly subscribers: readonly Subscriber[];
  readonly workers: readonly { readonly queue: string; readonly handle: JobHandler }[];
  readonly schedules: readonly (() => Promise<void>)[];
  /** Whether an actor may look into a case. */
  reads(actor: Actor, caseId: Id): Promise<boolean>;
  /** Registers what happens in the transaction of every verdict of a lane; one a lane. */
  onVerdict(lane: CaseLane, listener: OnVerdict): void;
}

/**
 * Assembles the review.
 * @param given.follows event types of other packages about messages and conversations @default none
 */
export function createReview(
  given: Omit<ReviewDeps, 'settings' | 'onVerdict'> & {
    readonly publisher: StreamPublisher;
    readonly follows?: readonly EventType[];
  },
  options: ReviewOptions = {},
): Review {
  const { publisher, follows = [], ...rest } = given;
  const deps: ReviewDeps = {
    ...rest,
    settings: {
      queues: { ...DEFAULT_QUEUES, ...options.queues },
      leaseMs: options.leaseMs ?? 10 * 60_000,
      maxSkips: options.maxSkips ?? 3,
      qualityShare: options.qualityShare ?? 0.02,
    },
    onVerdict: new Map(),
  };
  const breach = createBreachJob(deps);
  const service = createService(
    caseOperations,
    {
      list: (actor, input) => listCases(deps, actor, input),
      get: (actor, { caseId }) => readCase(deps, actor, caseId),
      near: (actor, input) => readNear(deps, actor, input),
      stats: async (_actor, { since }) => ({
        queues: await deps.readers.caseStats.queues(since),
        overturned: await deps.readers.caseStats.overturned(since),
      }),
      async claim(actor, { queue = null }) {
        const given = await claimCase(deps, actor, queue);
        if (!given?.claimed.claim) return { claim: null };
        const { token, until } = given.claimed.claim;
        return {
          claim: { token, until, case: await presentCase(deps.readers, given.claimed, given.snapshot) },
        };
      },
      extend: (actor, input) => extendClaim(deps, actor, input),
      release: async (actor, input) => {
        await releaseClaim(deps, actor, input);
        return {};
      },
      decide: (actor, input) => decideCase(deps, actor, input),
      decideMany: async (actor, input) => ({ items: await decideMany(deps, actor, input) }),
      skip: async (actor, input) => {
        await skipCase(deps, actor, input);
        return {};
      },
      escalate: async (actor, input) => {
        await escalateCase(deps, actor, input);
        return {};
      },
    },
    deps.runtime,
  );
  return {
    service,
    deps,
    subscribers: [createFollower(deps, follows), createReportWeigher(deps, publisher)],
    workers: [{ queue: breach.queue, handle: breach.handle }],
    schedules: [breach.schedule],
    reads: (actor, caseId) =>
      requireCase(deps, actor, caseId).then(
        () => true,
        (error: unknown) => {
          if (isSocialError(error) && error.category === 'not_found') return false;
          throw error;
        },
      ),
    onVerdict(lane, listener) {
      if (deps.onVerdict.has(lane)) throw new TypeError(`verdicts of the lane ${lane} have a listener`);
      deps.onVerdict.set(lane, listener);
    },
  };
}
