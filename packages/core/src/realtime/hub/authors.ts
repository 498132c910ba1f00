import { createBatch } from '../../kernel/batch.js';
import type { Id } from '../../kernel/ids.js';
import type { EventEnvelope } from '../envelope.js';
import { type Ground, RUSH_MS } from './ground.js';

/** Authors remembered at most. */
const MANY = 20_000;

/** Authors of what is told again: between an event and its replay an author may have been suspended. */
export interface Authors {
  /**
   * The events as they may be told now: those of an author whose content others may not see any more are for the author alone.
   * Fails closed: rejects when it cannot be asked.
   */
  withhold(events: readonly EventEnvelope[]): Promise<readonly EventEnvelope[]>;
  /** What others may see of these accounts may have changed: they are asked about again. */
  changed(accountIds: readonly Id[]): void;
}

/** @internal */
export function createAuthors(ground: Ground): Authors {
  /** Authors that were found to be shown, until when (monotonic ms) this needs no other look. */
  const shown = new Map<Id, number>();
  let version = 0;
  const isHidden = createBatch<Id, boolean>(
    async (ids) => {
      const asked = version;
      const hidden = await ground.audience.hiddenAmong([...new Set(ids)]);
      // Who is hidden is asked about each time, so that nothing is withheld for longer than it has to be.
      if (asked === version) {
        if (shown.size > MANY) shown.clear();
        const until = performance.now() + ground.options.checkMs;
        for (const id of ids) if (!hidden.has(id)) shown.set(id, until);
      }
      return ids.map((id) => hidden.has(id));
    },
    { rushMs: RUSH_MS },
  );

  return {
    async withhold(events) {
      const now = performance.now();
      const unsure = new Set<Id>();
      for (const { by } of events) if (by !== null && !((shown.get(by) ?? 0) > now)) unsure.add(by);
      if (unsure.size === 0) return events;
      const ids = [...unsure];
      const answers = await Promise.all(ids.map(isHidden));
      const hidden = new Set(ids.filter((_, i) => answers[i]));
      if (hidden.size === 0) return events;
      return events.map((event) => {
        const { by, only } = event;
        if (by === null || !hidden.has(by)) return event;
        // What was not for its author before is for nobody.
        return { ...event, only: new Set(only === null || only.has(by) ? [by] : []) };
      });
    },
    changed(accountIds) {
      version++;
      for (const id of accountIds) shown.delete(id);
    },
  };
}
