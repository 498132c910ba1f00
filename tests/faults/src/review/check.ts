import { queryOnce } from '@socialkit/test-services';

/** What is in the database about cases and what they led to. */
interface CaseRow {
  readonly id: string;
  readonly subject: string;
  readonly state: string;
  readonly decision: string | null;
  readonly rank: string;
  readonly decidedAt: string | null;
  /** Rows of the staff log that say it was decided. */
  readonly decisions: number;
  /** Removals that hold. */
  readonly removals: number;
  readonly status: string;
  readonly openReports: number;
}

const ROWS = `
  SELECT c.id::text, c.subject_id AS subject, c.state, c.verdict ->> 'decision' AS decision, c.rank::text,
    c.decided_at::text AS "decidedAt",
    (SELECT count(*)::int FROM socialkit.audit_log a
      WHERE a.action = 'cases.decide' AND a.subject_kind = 'case' AND a.subject_id = c.id::text) AS decisions,
    (SELECT count(*)::int FROM socialkit.measures m
      WHERE m.subject_kind = 'post' AND m.subject_id = c.subject_id AND m.kind = 'remove' AND m.ended_at IS NULL
    ) AS removals,
    (SELECT p.status FROM socialkit.posts p WHERE p.id = c.subject_id::bigint) AS status,
    (SELECT count(*)::int FROM socialkit.reports r WHERE r.case_id = c.id AND r.state = 'open') AS "openReports"
  FROM socialkit.moderation_cases c`;

/** Cases that nobody has decided yet. */
export async function undecided(database: string): Promise<number> {
  const [row] = await queryOnce(
    database,
    `SELECT count(*)::int AS count FROM socialkit.moderation_cases WHERE state IN ('open', 'escalated')`,
  );
  return Number(row?.count ?? 0);
}

/** Every break of the promise, in words, and how often the case that waited longest was overtaken by others behind it. */
export async function checkCases(
  database: string,
  posts: readonly string[],
): Promise<{ readonly violations: readonly string[]; readonly overtaken: number }> {
  const rows = (await queryOnce(database, ROWS)) as unknown as CaseRow[];
  const violations: string[] = [];
  const byPost = new Map<string, CaseRow[]>();
  for (const row of rows) byPost.set(row.subject, [...(byPost.get(row.subject) ?? []), row]);
  for (const post of posts) {
    const found = byPost.get(post) ?? [];
    if (found.length !== 1) violations.push(`post ${post} has ${found.length} cases`);
  }
  for (const row of rows) {
    const expected = BigInt(row.subject) % 2n === 0n ? 'approve' : 'restrict';
    const down = row.decision === 'restrict';
    if (row.state !== 'decided') violations.push(`case ${row.id} is lost: it is ${row.state}`);
    else if (row.decisions !== 1) violations.push(`case ${row.id} was decided ${row.decisions} times`);
    else if (row.decision !== expected) violations.push(`case ${row.id} says ${row.decision}`);
    else if (row.removals !== (down ? 1 : 0)) violations.push(`case ${row.id} has ${row.removals} removals`);
    else if ((row.status === 'flagged') !== down)
      violations.push(`case ${row.id}: its post is ${row.status}`);
    else if (row.openReports > 0)
      violations.push(`case ${row.id} has told ${row.openReports} reporters nothing`);
  }
  const inOrder = [...rows].sort((a, b) => Number(a.decidedAt) - Number(b.decidedAt));
  let overtaken = 0;
  inOrder.forEach((row, at) => {
    const passed = inOrder.slice(0, at).filter(({ rank }) => Number(rank) < Number(row.rank)).length;
    overtaken = Math.max(overtaken, passed);
  });
  return { violations, overtaken };
}
