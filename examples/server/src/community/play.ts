import type { SocialKit } from '@socialkit/adapters';
import type { Actor } from '@socialkit/core';
import { PEOPLE } from './people.js';
import type { Action } from './steps.js';

/** What the story is played on: the public services, nothing else. */
export type Stage = Pick<
  SocialKit,
  'identity' | 'graph' | 'posts' | 'comments' | 'reactions' | 'actor' | 'system'
>;

/** Who vouches for verified accounts of the demo. */
const ISSUER = 'The town of Port Elian';

async function join(stage: Stage, handle: string): Promise<string> {
  const person = PEOPLE.find((each) => each.handle === handle);
  if (!person) throw new Error(`nobody is called ${handle}`);
  const { account, created } = await stage.identity.ensure(stage.system, {
    externalId: `demo:${handle}`,
    handle,
    displayName: person.name,
    bio: person.bio,
    isPrivate: person.isPrivate ?? false,
    ...(person.location === undefined ? {} : { location: person.location }),
  });
  if (created && person.verified)
    await stage.identity.setVerified(stage.system, { userId: account.id, issuer: ISSUER });
  return account.id;
}

async function post(
  stage: Stage,
  actor: Actor,
  action: Extract<Action, { do: 'post' }>,
  id: (name: string) => string,
): Promise<string> {
  const { key, text, visibility, image, link, poll, quoteOf } = action;
  const made = await stage.posts.create(actor, {
    text,
    visibility,
    idempotencyKey: `demo-${key}`,
    ...(image === undefined ? {} : { media: [{ ref: image.ref, type: 'image', alt: image.alt }] }),
    ...(link === undefined ? {} : { link: { url: link } }),
    ...(poll === undefined ? {} : { poll: { ...poll, durationMs: 3 * 24 * 60 * 60_000 } }),
    ...(quoteOf === undefined ? {} : { quoteOfId: id(quoteOf) }),
  });
  return made.id;
}

/**
 * Plays one action through the public services. Playing it again changes nothing, as long as that is within a day of the
 * story's own time.
 *
 * @param ids what earlier actions made
 * @returns the name and id of what this one made, if anything
 */
export async function play(
  stage: Stage,
  action: Action,
  ids: ReadonlyMap<string, string>,
): Promise<readonly [string, string] | null> {
  const id = (name: string): string => {
    const known = ids.get(name);
    if (known === undefined) throw new Error(`the story names ${name} before it exists`);
    return known;
  };
  if (action.do === 'join') return [action.who, await join(stage, action.who)];
  const actor = stage.actor(id(action.who));
  switch (action.do) {
    case 'follow':
      await stage.graph.follow(actor, { userId: id(action.whom) });
      return null;
    case 'accept':
      await stage.graph.acceptRequest(actor, { userId: id(action.whom) });
      return null;
    case 'befriend':
      await stage.graph.requestFriend(actor, { userId: id(action.whom) });
      return null;
    case 'acceptFriend':
      await stage.graph.acceptFriend(actor, { userId: id(action.whom) });
      return null;
    case 'post':
      return [action.key, await post(stage, actor, action, id)];
    case 'repost':
      await stage.posts.repost(actor, { postId: id(action.post) });
      return null;
    case 'vote':
      await stage.posts.vote(actor, { postId: id(action.post), options: action.options });
      return null;
    case 'bookmark':
      await stage.posts.bookmark(actor, { postId: id(action.post) });
      return null;
    case 'react':
      await stage.reactions.addToPost(actor, { postId: id(action.post) });
      return null;
    case 'reactToComment':
      await stage.reactions.addToComment(actor, { commentId: id(action.comment) });
      return null;
    case 'comment': {
      const made = await stage.comments.create(actor, {
        postId: id(action.post),
        text: action.text,
        idempotencyKey: `demo-${action.key}`,
        ...(action.parent === undefined ? {} : { parentId: id(action.parent) }),
      });
      return [action.key, made.id];
    }
  }
}
