import { oracleSeesAccount } from '@socialkit/core/testing';
import type { Look } from './look.js';
import { accountOf, connectionsState, stillOn } from './oracle-accounts.js';
import { NOBODY, type Surface } from './surfaces-accounts.js';

/** Who may be suggested to the viewer, and who must be: told by follows alone, whatever the ranking does. */
function expectPeople({ world, viewer }: Look) {
  const me = viewer ?? '';
  const has = (edges: readonly { readonly from: string; readonly to: string }[], from: string, to: string) =>
    edges.some((edge) => edge.from === from && edge.to === to);
  const mutes = stillOn(world, world.mutes).filter(({ scope }) => scope === 'all');
  const eligible = world.accounts
    .filter(({ id, state, discoverable }) => id !== me && state === 'active' && discoverable)
    .map(({ id }) => id)
    .filter(
      (id) =>
        oracleSeesAccount(world, me, id) &&
        !has(world.follows, me, id) &&
        !has(mutes, me, id) &&
        !has(world.followRequests, me, id),
    );
  const between = (id: string) =>
    world.follows
      .filter(({ from, to }) => from === me && has(world.follows, to, id))
      .map(({ to }) => to)
      .filter((z) => z !== me && connectionsState(world, me, z) === 'shown' && !has(mutes, me, z));
  const must = eligible.filter(
    (id) => has(world.follows, id, me) || between(id).length >= (accountOf(world, id).isPrivate ? 2 : 1),
  );
  return { eligible, must, between, followsMe: (id: string) => has(world.follows, id, me) };
}

/** Reads of people and items that are recommended. */
export const peopleSurfaces: Readonly<Record<string, Surface>> = {
  'discovery.people': async (look) => {
    const said = await look.walk(
      {},
      (page) => look.kit.discovery.people(look.actor, page),
      ({ account, because }) => ({ id: account.id, because }),
      ({ id }) => id,
    );
    if (!Array.isArray(said)) return look.same({}, said, 'a list');
    const { eligible, must, between, followsMe } = expectPeople(look);
    const shown = said.map(({ id }) => id);
    look.same(
      { forbidden: true },
      shown.filter((id) => !eligible.includes(id)),
      [],
    );
    look.same(
      { missing: true },
      must.filter((id) => !shown.includes(id)),
      [],
    );
    for (const { id, because } of said) {
      look.same({ id, reasons: true }, because.length >= 1 && because.length <= 3, true);
      for (const { kind, users = [], count } of because) {
        if (kind === 'follows_you') look.same({ id, kind }, followsMe(id), true);
        if (kind !== 'followed_by') continue;
        const truth = between(id);
        look.same({ id, kind }, count, truth.length);
        look.same(
          { id, kind, users },
          users.filter((z) => !truth.includes(z)),
          [],
        );
        if (accountOf(look.world, id).isPrivate) look.same({ id, kind, named: users }, users, []);
      }
    }
  },
  'discovery.similar': async (look) => {
    const { world, viewer } = look;
    const me = viewer ?? '';
    for (const userId of [look.dice.pick(world.accounts).id, NOBODY]) {
      const said = await look.ask(
        () => look.kit.discovery.similar(look.actor, { userId, limit: 100 }),
        ({ items }) => items.map(({ account }) => account.id),
      );
      const known = userId !== NOBODY && connectionsState(world, me, userId);
      if (known !== 'shown') {
        look.same({ userId }, said, { error: known === 'private' ? 'account.private' : 'account.not_found' });
        continue;
      }
      if (!Array.isArray(said)) return look.same({ userId }, said, 'a list');
      const mutes = stillOn(world, world.mutes).filter(({ from, scope }) => from === me && scope === 'all');
      const muted = (id: string) => mutes.some(({ to }) => to === id);
      look.same(
        { userId, forbidden: true },
        said.filter(
          (id) => id === me || id === userId || muted(id) || connectionsState(world, me, id) !== 'shown',
        ),
        [],
      );
    }
  },
  // No world has a catalogue: what it does is told by the suites of its stores.
  'discovery.items': async (look) => {
    const said = await look.ask(
      () => look.kit.discovery.items(look.actor, { catalogue: 'books' }),
      ({ items, nextCursor }) => ({ items, nextCursor }),
    );
    look.same({}, said, { items: [], nextCursor: null });
  },
};
