import type { Runtime } from '@socialkit/core';
import {
  createStoredPostHistory,
  createStoredRemovalBudget,
  createStoredSpamModel,
  type StoredSpamModel,
} from '@socialkit/moderation';
import type { Storage } from '../storage.js';
import type { ModerationOptions } from './moderation-options.js';

/** Milliseconds after which a process takes over what others taught the spam model. */
const FRESH_MS = 60_000;

/** What all processes of a platform share when they judge: posting rates, the cap on removals, the learned model. */
export interface ModerationSignals {
  /** The host's options with what is shared in place of what one process would count. */
  readonly options: ModerationOptions;
  /** Null where the host gives a model of its own, or none is to be learned. */
  readonly spam: StoredSpamModel | null;
  /** Takes over what other processes taught, at most once a minute. */
  refresh(): Promise<void>;
}

export function createModerationSignals(
  { storage, runtime }: { readonly storage: Storage; readonly runtime: Runtime },
  options: ModerationOptions,
): ModerationSignals {
  const { unitOfWork, readers } = storage;
  const { learnSpam = true } = options;
  const spam =
    options.spamModel || learnSpam === false
      ? null
      : createStoredSpamModel({ unitOfWork, readers }, learnSpam === true ? {} : learnSpam);
  let freshUntil = 0;
  let underway: Promise<void> | null = null;
  return {
    spam,
    options: {
      history: createStoredPostHistory({ unitOfWork, readers, runtime }),
      removals: createStoredRemovalBudget({ unitOfWork, runtime }),
      ...(spam ? { spamModel: spam.model } : {}),
      ...options,
    },
    async refresh() {
      if (!spam || runtime.clock.now() < freshUntil) return;
      underway ??= spam.refresh().finally(() => {
        freshUntil = runtime.clock.now() + FRESH_MS;
        underway = null;
      });
      await underway;
    },
  };
}
