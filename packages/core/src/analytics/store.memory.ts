import { compareIds, type Id } from '../kernel/ids.js';
import { keyOf, type MemorySession, type MemoryTables } from '../kernel/memory.js';
import {
  type AnalyticsEvent,
  type AnalyticsPost,
  CLIENT_KINDS,
  dayOf,
  hourOf,
  newestVersions,
  quarterOf,
} from './events.js';
import { type Layer, NO_COUNTS, type Rollup, type RollupKey, WHOLE } from './rollup.js';
import type { AnalyticsStores, AudienceSnapshot, DirtyHour, LoggedEvent } from './store.js';

interface Row<T> {
  readonly value: T;
}

const logs = (tables: MemoryTables, layer: Layer) => tables.table<AnalyticsEvent>(`an_event_${layer}`);
const posts = (tables: MemoryTables) => tables.table<AnalyticsPost>('an_post');
const marks = (tables: MemoryTables) => tables.table<DirtyHour>('an_mark');
const rollupRows = (tables: MemoryTables) => tables.table<Rollup>('an_rollup');
const active = (tables: MemoryTables) => tables.table<{ day: number; accountId: Id }>('an_active');
const joined = (tables: MemoryTables) => tables.table<{ day: number; accountId: Id }>('an_account');
const fanRows = (tables: MemoryTables) =>
  tables.table<{ authorId: Id; day: number; accountId: Id; value: number }>('an_fan');
const audiences = (tables: MemoryTables) => tables.table<Row<AudienceSnapshot>>('an_audience');

const nameOf = (event: AnalyticsEvent, day = dayOf(event.ts)) => keyOf(day, event.kind, event.id);
const rollupName = ({ authorId, subjectId, span, start, layer }: RollupKey) =>
  keyOf(authorId, subjectId, span, start, layer);

function take(tables: MemoryTables, event: AnalyticsEvent, layer: Layer): boolean {
  const table = logs(tables, layer);
  const name = nameOf(event);
  const held = table.get(name);
  if (held && compareIds(event.version, held.version) <= 0) return false;
  const day = dayOf(event.ts);
  if (CLIENT_KINDS.has(event.kind) && [day - 1, day + 1].some((other) => table.has(nameOf(event, other))))
    return false;
  table.put(name, held ? { ...held, version: event.version, value: event.value } : { ...event });
  const mark = { authorId: event.authorId, hour: hourOf(event.ts) };
  marks(tables).put(keyOf(mark.authorId, mark.hour), mark);
  if (layer === 'log') active(tables).put(keyOf(day, event.actorId), { day, accountId: event.actorId });
  return true;
}

const isEngagement = ({ kind, value }: { kind: string; value: number }) =>
  value > 0 && !['impression', 'follow', 'unfollow'].includes(kind);

const countBy = (days: Iterable<number>) => {
  const counts = new Map<number, number>();
  for (const day of days) counts.set(day, (counts.get(day) ?? 0) + 1);
  return [...counts].map(([day, count]) => ({ day, count })).sort((a, b) => a.day - b.day);
};

/** The reference store of analytics. */
export function createMemoryAnalytics(session: MemorySession): AnalyticsStores {
  const rollupsWhere = (keep: (rollup: Rollup) => boolean) =>
    session.run((tables) => [...rollupRows(tables).rows()].filter(keep).sort((a, b) => a.start - b.start));

  return {
    analytics: {
      record: (events, oldest) =>
        session.run((tables) =>
          newestVersions(events)
            .filter((event) => take(tables, event, dayOf(event.ts) < oldest ? 'corrections' : 'log'))
            .map(({ id }) => id),
        ),
      recordPosts: (all) =>
        session.run((tables) => {
          for (const post of all) {
            const held = posts(tables).get(post.postId);
            if (!held) posts(tables).put(post.postId, { ...post });
            else if (compareIds(post.version, held.version) > 0)
              posts(tables).put(post.postId, { ...held, version: post.version, live: post.live });
          }
        }),
      whole: async (authorId, { span, from, to, sketches }) =>
        (
          await rollupsWhere(
            (row) =>
              row.authorId === authorId &&
              row.subjectId === WHOLE &&
              row.span === span &&
              row.start >= from &&
              row.start < to,
          )
        ).map((row) => (sketches ? row : { ...row, sketches: new Uint8Array(0) })),
      posts: (authorId, { from, to, limit }) =>
        session.run((tables) =>
          [...posts(tables).rows()]
            .filter((post) => post.authorId === authorId && post.live && post.ts >= from && post.ts < to)
            .sort((a, b) => b.ts - a.ts || compareIds(b.postId, a.postId))
            .slice(0, limit)
            .map(({ postId, ts, type, tags, followers }) => ({
              postId,
              ts,
              type,
              tags,
              followers,
              counts:
                rollupRows(tables).get(
                  rollupName({ authorId, subjectId: postId, span: 'total', start: 0, layer: 'log' }),
                )?.counts ?? NO_COUNTS,
            })),
        ),
      publications: (authorId, { from, to }) =>
        session.run((tables) =>
          countBy(
            [...posts(tables).rows()]
              .filter((post) => post.authorId === authorId && post.live && post.ts >= from && post.ts < to)
              .map(({ ts }) => quarterOf(ts)),
          ).map(({ day, count }) => ({ quarter: day, count })),
        ),
      fans: (authorId, { from, to, limit }) =>
        session.run((tables) => {
          const values = new Map<Id, number>();
          for (const row of fanRows(tables).rows())
            if (row.authorId === authorId && row.day >= from && row.day < to)
              values.set(row.accountId, (values.get(row.accountId) ?? 0) + row.value);
          return [...values]
            .map(([accountId, value]) => ({ accountId, value }))
            .sort((a, b) => b.value - a.value || compareIds(a.accountId, b.accountId))
            .slice(0, limit);
        }),
      depthOf: (actorId, postId, { from, to }) =>
        session.run((tables) => {
          const depths = [...logs(tables, 'log').rows()]
            .filter(
              (event) =>
                event.kind === 'impression' &&
                event.depth > 0 &&
                event.actorId === actorId &&
                event.subjectId === postId &&
                dayOf(event.ts) >= from &&
                dayOf(event.ts) < to,
            )
            .map(({ depth }) => depth);
          return depths.length === 0 ? null : Math.min(...depths);
        }),
      shareDepths: (postIds) =>
        session.run((tables) => {
          const wanted = new Set(postIds);
          return new Map(
            [...logs(tables, 'log').rows()]
              .filter(({ kind, id }) => kind === 'share' && wanted.has(id))
              .map(({ id, depth }) => [id, depth] as const),
          );
        }),
      audience: (authorId) => session.run((tables) => audiences(tables).get(authorId)?.value ?? null),
      putAudience: (authorId, snapshot) =>
        session.run((tables) => audiences(tables).put(authorId, { value: structuredClone(snapshot) })),
      activeByDay: ({ from, to }) =>
        session.run((tables) =>
          countBy([...active(tables).rows()].map(({ day }) => day).filter((day) => day >= from && day < to)),
        ),
      activeIn: ({ from, to }) =>
        session.run(
          (tables) =>
            new Set(
              [...active(tables).rows()]
                .filter(({ day }) => day >= from && day < to)
                .map(({ accountId }) => accountId),
            ).size,
        ),
      joinedByDay: ({ from, to }) =>
        session.run((tables) =>
          countBy([...joined(tables).rows()].map(({ day }) => day).filter((day) => day >= from && day < to)),
        ),
      retained: ({ from, to, after }) =>
        session.run((tables) =>
          countBy(
            [...joined(tables).rows()]
              .filter(
                ({ day, accountId }) =>
                  day >= from && day < to && active(tables).has(keyOf(day + after, accountId)),
              )
              .map(({ day }) => day),
          ),
        ),
      joined: (accountId, day) =>
        session.run((tables) => {
          if (!joined(tables).has(accountId)) joined(tables).put(accountId, { accountId, day });
        }),
    },
    rollups: {
      claim: (limit) =>
        session.run((tables) => {
          const [first] = marks(tables).rows();
          if (!first) return [];
          const day = Math.floor(first.hour / 24);
          const due = [...marks(tables).rows()]
            .filter(({ hour }) => Math.floor(hour / 24) === day)
            .sort((a, b) => a.hour - b.hour || compareIds(a.authorId, b.authorId))
            .slice(0, limit);
          for (const { authorId, hour } of due) marks(tables).remove(keyOf(authorId, hour));
          return due;
        }),
      events: (hours, layer) =>
        session.run((tables) => {
          const wanted = new Set(hours.map(({ authorId, hour }) => keyOf(authorId, hour)));
          return [...logs(tables, layer).rows()]
            .filter(({ authorId, ts }) => wanted.has(keyOf(authorId, hourOf(ts))))
            .map(
              ({ authorId, subjectId, ts, kind, actorId, value, depth }): LoggedEvent => ({
                authorId,
                subjectId,
                quarter: quarterOf(ts),
                kind,
                actorId,
                value,
                depth,
              }),
            );
        }),
      replaceHours: (hours, layer, all) =>
        session.run((tables) => {
          const wanted = new Set(hours.map(({ authorId, hour }) => keyOf(authorId, hour)));
          for (const row of [...rollupRows(tables).rows()]) {
            const hour =
              row.span === 'hour' ? row.start : row.span === 'quarter' ? Math.floor(row.start / 4) : null;
            if (row.layer === layer && hour !== null && wanted.has(keyOf(row.authorId, hour)))
              rollupRows(tables).remove(rollupName(row));
          }
          for (const row of all) rollupRows(tables).put(rollupName(row), { ...row });
        }),
      hoursOf: (days) => {
        const wanted = new Set(days.map(({ authorId, subjectId, day }) => keyOf(authorId, subjectId, day)));
        return rollupsWhere(
          (row) =>
            row.span === 'hour' && wanted.has(keyOf(row.authorId, row.subjectId, Math.floor(row.start / 24))),
        );
      },
      daysOf: (subjects) => {
        const wanted = new Set(subjects.map(({ authorId, subjectId }) => keyOf(authorId, subjectId)));
        return rollupsWhere((row) => row.span === 'day' && wanted.has(keyOf(row.authorId, row.subjectId)));
      },
      replace: (all, gone) =>
        session.run((tables) => {
          for (const row of all) rollupRows(tables).put(rollupName(row), { ...row });
          for (const key of gone) rollupRows(tables).remove(rollupName(key));
        }),
      replaceFans: (authors, day) =>
        session.run((tables) => {
          const wanted = new Set(authors);
          for (const row of [...fanRows(tables).rows()])
            if (row.day === day && wanted.has(row.authorId))
              fanRows(tables).remove(keyOf(row.authorId, row.day, row.accountId));
          for (const event of logs(tables, 'log').rows()) {
            if (!wanted.has(event.authorId) || dayOf(event.ts) !== day || !isEngagement(event)) continue;
            const key = keyOf(event.authorId, day, event.actorId);
            const value = (fanRows(tables).get(key)?.value ?? 0) + event.value;
            fanRows(tables).put(key, { authorId: event.authorId, day, accountId: event.actorId, value });
          }
        }),
    },
  };
}
