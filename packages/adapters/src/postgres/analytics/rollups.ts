import { COUNTS, type DirtyHour, LAYERS, type Rollup, type RollupWriter, SPANS } from '@socialkit/core';
import type { Transaction } from 'kysely';
import type { Database } from '../database.js';
import * as statements from './rollup-statements.js';
import { rollupOf } from './rows.js';

const HOURS_PER_DAY = 24;
/** Rollups written in one statement: with full sketches some megabytes. */
const PUT_BATCH = 1000;

const columnsOf = (hours: readonly DirtyHour[]) => ({
  authors: hours.map(({ authorId }) => authorId),
  hours: hours.map(({ hour }) => hour),
});

/** Makes rollups inside a transaction. */
export function createPostgresRollups(tx: Transaction<Database>): RollupWriter {
  const put = async (all: readonly Rollup[]) => {
    for (let at = 0; at < all.length; at += PUT_BATCH) {
      const rows = all.slice(at, at + PUT_BATCH);
      await statements.put.run(tx, {
        authors: rows.map(({ authorId }) => authorId),
        subjects: rows.map(({ subjectId }) => subjectId),
        spans: rows.map(({ span }) => SPANS.indexOf(span)),
        starts: rows.map(({ start }) => start),
        layers: rows.map(({ layer }) => LAYERS.indexOf(layer)),
        counts: rows.map(({ counts }) => COUNTS.map((name) => counts[name]).join(',')),
        sketches: rows.map(({ sketches }) => Buffer.from(sketches).toString('base64')),
      });
    }
  };
  return {
    async claim(limit) {
      await statements.takeTurn.run(tx, { turn: statements.TURN_KEY });
      const rows = await statements.claim.run(tx, { limit });
      return rows.map(({ author, hour }) => ({ authorId: author, hour }));
    },
    async events(hours, layer) {
      const [first] = hours;
      if (!first) return [];
      const rows =
        layer === 'log'
          ? await statements.events.run(tx, {
              ...columnsOf(hours),
              day: Math.floor(first.hour / HOURS_PER_DAY),
            })
          : await statements.corrections.run(tx, columnsOf(hours));
      return rows.map(({ author, subject, actor, ...row }) => ({
        authorId: author,
        subjectId: subject,
        actorId: actor,
        ...row,
      }));
    },
    async replaceHours(hours, layer, rollups) {
      await statements.clearHours.run(tx, { ...columnsOf(hours), layer: LAYERS.indexOf(layer) });
      await put(rollups);
    },
    async hoursOf(days) {
      if (days.length === 0) return [];
      const rows = await statements.hoursOf.run(tx, {
        authors: days.map(({ authorId }) => authorId),
        subjects: days.map(({ subjectId }) => subjectId),
        days: days.map(({ day }) => day),
      });
      return rows.map(rollupOf);
    },
    async daysOf(subjects) {
      if (subjects.length === 0) return [];
      const rows = await statements.daysOf.run(tx, {
        authors: subjects.map(({ authorId }) => authorId),
        subjects: subjects.map(({ subjectId }) => subjectId),
      });
      return rows.map(rollupOf);
    },
    async replace(rollups, gone) {
      await put(rollups);
      for (const span of new Set(gone.map((key) => key.span))) {
        const keys = gone.filter((key) => key.span === span);
        await statements.remove.run(tx, {
          authors: keys.map(({ authorId }) => authorId),
          subjects: keys.map(({ subjectId }) => subjectId),
          span: SPANS.indexOf(span),
          starts: keys.map(({ start }) => start),
        });
      }
    },
    async replaceFans(authors, day) {
      await statements.clearFans.run(tx, { authors, day });
      await statements.countFans.run(tx, { authors, day });
    },
  };
}
