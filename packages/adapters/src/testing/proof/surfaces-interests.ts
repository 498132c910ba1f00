import type { Surface } from './surfaces-accounts.js';

/** Hashtags that played worlds know. */
const TAGS: ReadonlySet<string> = new Set(['sun', 'moon']);

/** Reads of interests: nobody plays with switching them off, and nothing but what was played can be in them. */
export const interestSurfaces: Readonly<Record<string, Surface>> = {
  'interests.list': async (look) => {
    const { enabled, items } = await look.kit.interests.list(look.actor, {});
    const strange = items.filter(
      ({ kind, value, chosen }) => chosen || (kind === 'hashtag' && !TAGS.has(value)),
    );
    look.same({}, { enabled, strange }, { enabled: true, strange: [] });
  },
  'interests.hashtags': async (look) => {
    const { world, viewer } = look;
    const { items } = await look.kit.interests.hashtags(look.actor, { limit: 50 });
    const followed = world.followedTags.filter(({ userId }) => userId === viewer).map(({ tag }) => tag);
    const wrong = items.filter(
      ({ tag, because }) => !TAGS.has(tag) || followed.includes(tag) || because.length === 0,
    );
    look.same({}, wrong, []);
  },
};
