import { recordSchema } from '@socialkit/moderation';
import { expectRestrictions, isSpokenOf, type PlainRestriction } from './oracle-enforcement.js';
import { NOBODY, type Surface } from './surfaces-accounts.js';

const inOrder = (restrictions: readonly PlainRestriction[]) =>
  restrictions.map((one) => JSON.stringify([one.enforcement, one.subject, one.label])).sort();

const ENFORCED: Readonly<Record<string, string>> = {
  label: 'labeled',
  blur: 'labeled',
  hold: 'held',
  demote: 'demoted',
  limit: 'limited',
  remove: 'removed',
  suspend: 'suspended',
};

/**
 * Reads of statements, measures and what accounts for them. Played worlds restrict by every operation that can: whatever is
 * restricted has exactly one statement that holds, and nothing else has any.
 */
export const enforcementSurfaces: Readonly<Record<string, Surface>> = {
  'statements.list': async (look) => {
    const said = await look.walk(
      {},
      (page) => look.kit.moderation.statements.list(look.actor, page),
      ({ id, enforcement, subject, label }) => ({
        id,
        enforcement: String(enforcement),
        subject: `${subject.kind}:${subject.id}`,
        label,
      }),
      ({ id }) => id,
    );
    if (!Array.isArray(said)) return look.same({}, said, 'statements');
    const holding = said.filter((one) => one.enforcement !== 'none' && isSpokenOf(look.world, one));
    const expected = expectRestrictions(look.world, look.viewer ?? '');
    look.same({}, inOrder(holding), inOrder(expected));
  },
  'statements.get': async (look) => {
    const other = look.world.accounts.find(({ id }) => id !== look.viewer);
    const theirs = await look.kit.moderation.statements.list(look.kit.actor(other?.id ?? ''), { limit: 1 });
    const mine = await look.kit.moderation.statements.list(look.actor, { limit: 1 });
    const ask = (statementId: string) =>
      look.ask(
        () => look.kit.moderation.statements.get(look.actor, { statementId }),
        ({ id, text }) => ({ id, isLetter: text.length > 0 }),
      );
    const MISSING = { error: 'statement.not_found' };
    look.same({ of: 'nobody' }, await ask(NOBODY), MISSING);
    for (const { id } of theirs.items) look.same({ of: other?.id }, await ask(id), MISSING);
    for (const { id } of mine.items) look.same({ of: 'me' }, await ask(id), { id, isLetter: true });
  },
  'measures.ofSubject': async (look) => {
    const { accounts, posts, comments } = look.world;
    const kinds = { account: accounts, post: posts, comment: comments };
    for (const kind of ['account', 'post', 'comment'] as const) {
      if (kinds[kind].length === 0) continue;
      const { id } = look.dice.pick<{ readonly id: string }>(kinds[kind]);
      const author = [...posts, ...comments].find((item) => item.id === id)?.authorId ?? id;
      const said = await look.ask(
        () => look.kit.moderation.measures.ofSubject(look.actor, { kind, id }),
        ({ items }) =>
          items.map((item) => ({
            enforcement: ENFORCED[item.kind] ?? '',
            subject: `${item.subject.kind}:${item.subject.id}`,
            label: item.label,
          })),
      );
      if (!Array.isArray(said)) return look.same({ kind, id }, said, 'measures');
      const expected = expectRestrictions(look.world, author).filter(
        ({ subject }) => subject === `${kind}:${id}`,
      );
      const spoken = said.filter((one) => isSpokenOf(look.world, one));
      look.same({ kind, id }, inOrder(spoken), inOrder(expected));
    }
  },
  'strikes.mine': async (look) => {
    const said = await look.ask(
      () => look.kit.moderation.strikes.mine(look.actor, {}),
      (record) => record,
    );
    look.same({}, said, { points: 0, items: [] });
  },
  'strikes.ofUser': async (look) => {
    const { id: userId } = look.dice.pick(look.world.accounts);
    const said = await look.ask(
      () => look.kit.moderation.strikes.ofUser(look.actor, { userId }),
      (record) => record,
    );
    look.same({ userId }, said, { points: 0, items: [] });
  },
  'appeals.list': async (look) => {
    const said = await look.walk(
      {},
      (page) => look.kit.moderation.appeals.list(look.actor, page),
      ({ id }) => id,
    );
    look.same({}, said, []);
  },
  'appeals.rules': async (look) => {
    const said = await look.walk(
      {},
      (page) => look.kit.moderation.appeals.rules(look.actor, page),
      ({ ruleId }) => ruleId,
    );
    look.same({}, said, []);
  },
  'auditChain.entries': async (look) => {
    const span = { from: 0, to: look.world.now + 1 };
    const said = await look.ask(
      () => look.kit.moderation.auditChain.entries(look.actor, { ...span, limit: 100 }),
      ({ items }) => JSON.stringify(items),
    );
    if (typeof said !== 'string') return look.same({}, said, 'entries');
    // Everything in these worlds is done by the host: an id of an account in an entry would be a person's name in it.
    const named = look.world.accounts.filter(({ id }) => said.includes(`"actor":"${id}"`));
    look.same({}, named, []);
  },
  'transparency.report': async (look) => {
    const span = { from: look.world.now - 300 * 86_400_000, to: look.world.now + 1 };
    const said = await look.ask(
      () => look.kit.moderation.transparency.report(look.actor, span),
      ({ measures, notices, appeals }) => [
        Object.values(measures.byKind).reduce((sum, count) => sum + count, 0) - measures.total,
        notices.received,
        appeals.filed,
      ],
    );
    look.same({}, said, [0, 0, 0]);
  },
  'transparency.records': async (look) => {
    const span = { from: look.world.now - 300 * 86_400_000, to: look.world.now + 1 };
    const said = await look.ask(
      () => look.kit.moderation.transparency.records(look.actor, { ...span, limit: 100 }),
      ({ statements }) => {
        const text = JSON.stringify(statements);
        return {
          broken: statements.filter((one) => !recordSchema.safeParse(one).success).length,
          named: look.world.accounts.filter(({ id }) => text.includes(id)).length,
        };
      },
    );
    look.same({}, said, { broken: 0, named: 0 });
  },
};
