import { setTimeout as delay } from 'node:timers/promises';
import { createFakeClock, isSocialError } from '@socialkit/core';
import { play } from './community/play.js';
import { STORY_MS } from './community/steps.js';
import { tellStory } from './community/story.js';
import type { Keepsakes } from './keepsakes.js';
import { openKit } from './open.js';
import { createProgressBar } from './progress-bar.js';
import type { Settings } from './settings.js';

/** Steps between two notes of how far the story is. */
const NOTE_EVERY = 20;
/** Times a step is tried that finds the machine too busy to answer in time. */
const ATTEMPTS = 30;
const PAUSE_MS = 1000;
/** How long the feeds of the last steps may take to be made. */
const REST_MS = 10 * 60_000;

/** Plays a step until it is done: every step can be played again. */
async function playPatiently(...step: Parameters<typeof play>): ReturnType<typeof play> {
  for (let attempt = 1; ; attempt++)
    try {
      return await play(...step);
    } catch (error) {
      if (!isSocialError(error) || !error.retryable || attempt === ATTEMPTS) throw error;
      await delay(PAUSE_MS);
    }
}

/**
 * Fills an empty platform with the demo community, through the public services, at the times the story happens. Goes on
 * where an earlier start was interrupted, and does nothing when all is told.
 *
 * @param signal aborts between two steps; the next start goes on from there
 * @returns false when it was interrupted
 */
export async function seedCommunity(
  settings: Settings,
  keepsakes: Keepsakes,
  signal: AbortSignal,
): Promise<boolean> {
  const story = tellStory();
  const earlier = await keepsakes.loadProgress();
  const startedAt = earlier?.startedAt ?? Date.now() - STORY_MS;
  let done = earlier?.done ?? 0;
  if (done >= story.length) return true;
  const ids = new Map(Object.entries(earlier?.ids ?? {}));
  const clock = createFakeClock(startedAt + (story[done]?.at ?? 0));
  // Every start gets another node number: what a killed one made at the same moments of the story keeps its ids.
  // Weeks pass in seconds: nobody trains on each of their days.
  const kit = await openKit(settings, { clock, recurring: false });
  const note = () => keepsakes.saveProgress({ startedAt, done, ids: Object.fromEntries(ids) });
  const bar = createProgressBar('Telling the story of Port Elian', story.length);
  try {
    for (const { at, action } of story.slice(done)) {
      if (signal.aborted) break;
      clock.set(startedAt + at);
      try {
        const made = await playPatiently(kit, action, ids);
        if (made) ids.set(...made);
      } catch (error) {
        const what = isSocialError(error)
          ? `${error.code} ${JSON.stringify(error.fields ?? '')}`
          : String(error);
        throw new Error(`could not play ${JSON.stringify(action)}: ${what}`, { cause: error });
      }
      done++;
      bar.update(done);
      if (done % NOTE_EVERY === 0) await note();
    }
    await kit.idle(REST_MS);
    await note();
  } finally {
    bar.stop();
    await kit.close();
  }
  return done >= story.length;
}
