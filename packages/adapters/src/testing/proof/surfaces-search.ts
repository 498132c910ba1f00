import { expectPosts } from './oracle-posts.js';
import { expectFoundAccounts, expectFoundHashtags, expectFoundPosts } from './oracle-search.js';
import { postFields, summaryFields } from './projections.js';
import type { Surface } from './surfaces-accounts.js';

/** Reads of the search. */
export const searchSurfaces: Readonly<Record<string, Surface>> = {
  'search.accounts': async (look) => {
    const { world, viewer, dice } = look;
    const some = dice.pick(world.accounts);
    // Short, so that nothing is found because it looks alike: that is for the suite of the stores.
    for (const query of ['u', some.handle.slice(0, 2), some.displayName.toLowerCase().slice(0, 3)]) {
      if (!/^[a-z0-9]+$/.test(query)) continue;
      const said = await look.walk(
        { query },
        (page) => look.kit.search.accounts(look.actor, { query, ...page }),
        ({ account, viewer: { following, followedBy } }) => ({
          account: summaryFields(account),
          following,
          followedBy,
        }),
      );
      look.same({ query }, said, expectFoundAccounts(world, viewer, query));
    }
  },
  'search.hashtags': async (look) => {
    for (const query of ['s', 'sun', '#m', 'zzz']) {
      const said = await look.walk(
        { query },
        (page) => look.kit.search.hashtags(look.actor, { query, ...page }),
        (found) => found,
      );
      look.same({ query }, said, expectFoundHashtags(look.world, look.viewer, query.replace('#', '')));
    }
  },
  'search.posts': async (look) => {
    const { world, viewer } = look;
    for (const query of ['rain', 'SUN!', 'tea, cat', 'cat & nothing']) {
      const said = await look.walk(
        { query },
        (page) => look.kit.search.posts(look.actor, { query, ...page }),
        postFields,
        ({ id }) => id,
      );
      const words = query.toLowerCase().match(/[a-z]+/g) ?? [];
      look.same({ query }, said, expectPosts(world, viewer, expectFoundPosts(world, viewer, words)));
    }
  },
};
