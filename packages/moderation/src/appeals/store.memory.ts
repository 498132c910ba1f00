import { compareIds, type Id, type MemorySession, type MemoryTables } from '@socialkit/core';
import type { AppealStores } from './store.js';
import type { Appeal, RuleStanding } from './types.js';

const appeals = (tables: MemoryTables) => tables.table<Appeal>('appeals');
const standings = (tables: MemoryTables) => tables.table<RuleStanding>('rule_standings');

/** The reference stores of appeals. */
export function createMemoryAppeals(session: MemorySession): AppealStores {
  const select = (fits: (appeal: Appeal) => boolean) =>
    session.run((tables) => [...appeals(tables).rows()].filter(fits).sort((a, b) => compareIds(a.id, b.id)));
  const change = (id: Id, fields: Partial<Appeal>) =>
    session.run((tables) => {
      const row = appeals(tables).get(id);
      if (row?.state !== 'pending') return false;
      appeals(tables).put(id, { ...row, ...fields });
      return true;
    });
  return {
    appeals: {
      byIds: (ids) =>
        session.run(
          (tables) =>
            new Map(
              ids.flatMap((id) => {
                const row = appeals(tables).get(id);
                return row ? [[id, row] as const] : [];
              }),
            ),
        ),
      ofAppellant: async (appellantId, { after, limit }) =>
        (
          await select(
            (row) => row.appellantId === appellantId && (after === null || compareIds(row.id, after) < 0),
          )
        )
          .reverse()
          .slice(0, limit),
      against: async (decisionIds, appellantId) =>
        new Map(
          (
            await select((row) => row.appellantId === appellantId && decisionIds.includes(row.decisionId))
          ).map((row) => [row.decisionId, row]),
        ),
      pendingOfCase: (caseId) => select((row) => row.caseId === caseId && row.state === 'pending'),
      pendingOfDecision: (decisionId) =>
        select((row) => row.decisionId === decisionId && row.state === 'pending'),
      insert: (appeal) =>
        session.run((tables) => {
          for (const row of appeals(tables).rows())
            if (row.decisionId === appeal.decisionId && row.appellantId === appeal.appellantId) return false;
          appeals(tables).put(appeal.id, structuredClone(appeal));
          return true;
        }),
      move: (id, caseId) => change(id, { caseId }),
      decide: (id, state, answer, decidedAt) => change(id, { state, answer, decidedAt }),
    },
    ruleStandings: {
      list: ({ after, limit }) =>
        session.run((tables) =>
          [...standings(tables).rows()]
            .filter(({ ruleId }) => after === null || ruleId > after)
            .sort((a, b) => (a.ruleId < b.ruleId ? -1 : 1))
            .slice(0, limit),
        ),
      demoted: () =>
        session.run((tables) =>
          [...standings(tables).rows()]
            .filter(({ demotedAt }) => demotedAt !== null)
            .map(({ ruleId }) => ruleId)
            .sort(),
        ),
      count: (ruleId, outcome) =>
        session.run((tables) => {
          const row = standings(tables).get(ruleId) ?? { ruleId, upheld: 0, overturned: 0, demotedAt: null };
          const now = { ...row, [outcome]: row[outcome] + 1 };
          standings(tables).put(ruleId, now);
          return now;
        }),
      setDemoted: (ruleId, at) =>
        session.run((tables) => {
          const row = standings(tables).get(ruleId);
          if (!row || (row.demotedAt === null) === (at === null)) return false;
          standings(tables).put(ruleId, {
            ...row,
            ...(at === null ? { upheld: 0, overturned: 0 } : {}),
            demotedAt: at,
          });
          return true;
        }),
    },
  };
}
