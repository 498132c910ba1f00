import type { Id, SubjectKind } from '@socialkit/core';
import type { Appeal, AppealReaders, AppealStores, RuleStanding } from '@socialkit/moderation';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { Database } from '../../database.js';
import type { AppealRow, RuleStandingRow } from './tables.js';

const time = (value: string | null): number | null => (value === null ? null : Number(value));

const appealOf = (row: AppealRow): Appeal => ({
  id: row.id,
  party: row.party,
  decisionId: row.decision_id,
  appellantId: row.appellant_id,
  subject: { kind: row.subject_kind as SubjectKind, id: row.subject_id },
  text: row.text,
  category: row.category,
  ruleId: row.rule_id,
  state: row.state,
  caseId: row.case_id,
  notBy: row.not_by.map(String),
  at: Number(row.at),
  decidedAt: time(row.decided_at),
  answer: row.answer,
});

const standingOf = (row: RuleStandingRow): RuleStanding => ({
  ruleId: row.rule_id,
  upheld: row.upheld,
  overturned: row.overturned,
  demotedAt: time(row.demoted_at),
});

/** Reads appeals and how rules stand. */
export const createPostgresAppealReaders = (db: Kysely<Database>): AppealReaders => {
  const select = () => db.selectFrom('appeals').selectAll();
  const pending = async (column: 'case_id' | 'decision_id', id: Id) =>
    (await select().where(column, '=', id).where('state', '=', 'pending').orderBy('id').execute()).map(
      appealOf,
    );
  return {
    appeals: {
      async byIds(ids) {
        if (ids.length === 0) return new Map();
        const rows = await select()
          .where('id', 'in', [...new Set(ids)])
          .execute();
        return new Map(rows.map((row) => [row.id, appealOf(row)]));
      },
      async ofAppellant(appellantId, { after, limit }) {
        const rows = await select()
          .where('appellant_id', '=', appellantId)
          .$if(after !== null, (query) => query.where('id', '<', after ?? ''))
          .orderBy('id', 'desc')
          .limit(limit)
          .execute();
        return rows.map(appealOf);
      },
      async against(decisionIds, appellantId) {
        if (decisionIds.length === 0) return new Map();
        const rows = await select()
          .where('decision_id', 'in', [...new Set(decisionIds)])
          .where('appellant_id', '=', appellantId)
          .execute();
        return new Map(rows.map((row) => [row.decision_id, appealOf(row)]));
      },
      pendingOfCase: (caseId) => pending('case_id', caseId),
      pendingOfDecision: (decisionId) => pending('decision_id', decisionId),
    },
    ruleStandings: {
      async list({ after, limit }) {
        const rows = await db
          .selectFrom('rule_standings')
          .selectAll()
          .$if(after !== null, (query) => query.where('rule_id', '>', after ?? ''))
          .orderBy('rule_id')
          .limit(limit)
          .execute();
        return rows.map(standingOf);
      },
      async demoted() {
        const rows = await db
          .selectFrom('rule_standings')
          .select('rule_id')
          .where('demoted_at', 'is not', null)
          .orderBy('rule_id')
          .execute();
        return rows.map((row) => row.rule_id);
      },
    },
  };
};

/** Reads and writes them inside a transaction. */
export function createPostgresAppeals(tx: Transaction<Database>): AppealStores {
  const readers = createPostgresAppealReaders(tx);
  const change = async (
    id: Id,
    fields: Partial<Pick<AppealRow, 'state' | 'case_id' | 'answer' | 'decided_at'>>,
  ) => {
    const { numUpdatedRows } = await tx
      .updateTable('appeals')
      .set(fields)
      .where('id', '=', id)
      .where('state', '=', 'pending')
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  };
  return {
    appeals: {
      ...readers.appeals,
      async insert(appeal) {
        const { numInsertedOrUpdatedRows } = await tx
          .insertInto('appeals')
          .values({
            id: appeal.id,
            party: appeal.party,
            decision_id: appeal.decisionId,
            appellant_id: appeal.appellantId,
            subject_kind: appeal.subject.kind,
            subject_id: appeal.subject.id,
            text: appeal.text,
            category: appeal.category,
            rule_id: appeal.ruleId,
            state: appeal.state,
            case_id: appeal.caseId,
            not_by: [...appeal.notBy],
            at: String(appeal.at),
            decided_at: appeal.decidedAt === null ? null : String(appeal.decidedAt),
            answer: appeal.answer,
          })
          .onConflict((conflict) => conflict.columns(['decision_id', 'appellant_id']).doNothing())
          .executeTakeFirst();
        return Number(numInsertedOrUpdatedRows ?? 0) === 1;
      },
      move: (id, caseId) => change(id, { case_id: caseId }),
      decide: (id, state, answer, at) => change(id, { state, answer, decided_at: String(at) }),
    },
    ruleStandings: {
      ...readers.ruleStandings,
      async count(ruleId, outcome) {
        const row = await tx
          .insertInto('rule_standings')
          .values({ rule_id: ruleId, upheld: 0, overturned: 0, demoted_at: null, [outcome]: 1 })
          .onConflict((conflict) =>
            conflict.column('rule_id').doUpdateSet({
              [outcome]: sql`${sql.ref(`rule_standings.${outcome}`)} + 1`,
            }),
          )
          .returningAll()
          .executeTakeFirstOrThrow();
        return standingOf(row);
      },
      async setDemoted(ruleId, at) {
        const { numUpdatedRows } = await tx
          .updateTable('rule_standings')
          .set(at === null ? { demoted_at: null, upheld: 0, overturned: 0 } : { demoted_at: String(at) })
          .where('rule_id', '=', ruleId)
          .where('demoted_at', at === null ? 'is not' : 'is', null)
          .executeTakeFirst();
        return numUpdatedRows === 1n;
      },
    },
  };
}
