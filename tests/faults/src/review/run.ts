import type { Program } from '@socialkit/test-services';
import { startOwnProgram } from '../programs.js';
import { createRandom } from '../random.js';
import { checkCases, undecided } from './check.js';
import type { ReviewerAnswer, ReviewerSettings } from './reviewer.program.js';
import { openReviewWorld } from './world.js';

/** How much is decided, by how many, of whom how many die. */
export interface ReviewFaultOptions {
  readonly workers: number;
  readonly items: number;
  /** Moderators killed while they work. */
  readonly deaths: number;
  readonly seed: number;
  /** Told after every decision. */
  readonly onDecided?: (decided: number, label: string) => void;
}

/** What a run found. */
export interface ReviewFaultResult {
  readonly seed: number;
  readonly workers: number;
  readonly items: number;
  readonly deaths: number;
  /** Claims that were given to somebody else because their holder was dead or late. */
  readonly lostClaims: number;
  /** How often the case that waited longest was overtaken by cases behind it. */
  readonly overtaken: number;
  /** Every break of the promise, in words; empty when it was kept. */
  readonly violations: readonly string[];
  readonly seconds: number;
}

/** A dead moderator's case waits so long. */
const LEASE_MS = 1500;
const POLL_MS = 200;
/** A run that has not decided anything for so long has lost something. */
const STUCK_MS = 60_000;

/**
 * Lets processes claim and decide reported posts, kills some of them with SIGKILL in the middle, replaces them, and checks
 * that every case was decided once, with all that follows from it.
 */
export async function runReviewFaults(options: ReviewFaultOptions): Promise<ReviewFaultResult> {
  const { workers, items, deaths, seed, onDecided } = options;
  const random = createRandom(seed);
  const world = await openReviewWorld(options);
  const database = world.postgres.url;
  const began = Date.now();
  const alive = new Map<number, Program>();
  let decided = 0;
  let died = 0;
  let lostClaims = 0;
  let lastAt = Date.now();
  let over = false;

  const start = (slot: number) => {
    const settings: ReviewerSettings = {
      database,
      moderatorId: world.moderators[slot] ?? '',
      leaseMs: LEASE_MS,
    };
    const program = startOwnProgram(import.meta.url, 'review', 'reviewer.program', settings);
    alive.set(slot, program);
    void listen(slot, program);
  };
  const listen = async (slot: number, program: Program) => {
    for (;;) {
      const answer = await program.receive<ReviewerAnswer>().catch(() => null);
      if (answer === null) break;
      if ('ready' in answer) continue;
      if (answer.code !== null) {
        lostClaims++;
        continue;
      }
      decided++;
      lastAt = Date.now();
      onDecided?.(Math.min(decided, items), `${died} killed`);
      if (died < deaths && decided >= ((died + 1) * items) / (deaths + 2)) strike();
    }
    if (!over && alive.get(slot) === program) start(slot);
  };
  /** A little later, so that it strikes claims, verdicts and commits alike. */
  const strike = () => {
    died++;
    const slot = random.pick([...alive.keys()]);
    setTimeout(() => void alive.get(slot)?.kill('SIGKILL'), random.next() * 40);
  };

  try {
    for (let slot = 0; slot < workers; slot++) start(slot);
    while ((await undecided(database)) > 0 && Date.now() - lastAt < STUCK_MS)
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    over = true;
    await Promise.all([...alive.values()].map((program) => program.kill('SIGKILL')));
    await world.kit.idle(600_000);
    const checked = await checkCases(database, world.posts);
    return {
      seed,
      workers,
      items,
      deaths: died,
      lostClaims,
      ...checked,
      seconds: (Date.now() - began) / 1000,
    };
  } finally {
    over = true;
    await Promise.all([...alive.values()].map((program) => program.kill('SIGKILL')));
    await world.close();
  }
}
