import { z } from 'zod';
import { idSchema } from '../kernel/ids.js';
import { operation } from '../kernel/operation.js';
import { pageFields, pageOf } from '../kernel/page.js';
import {
  knownReactorsSchema,
  ownReactionSchema,
  reactedSchema,
  reactionKindSchema,
  reactorSchema,
} from './types.js';

const post = { postId: idSchema } as const;
const comment = { commentId: idSchema } as const;
const given = {
  kind: reactionKindSchema.optional().meta({ description: 'default: the first kind offered, like' }),
} as const;
const filter = { kind: reactionKindSchema.optional().meta({ description: 'only this kind' }) } as const;

/** Public operations of the reactions. A plain repost has none of its own: they go to its original. */
export const reactionOperations = {
  addToPost: operation({
    name: 'reactions.addToPost',
    summary: 'Reacts to a post. Where kinds exclude each other, another kind given before is replaced.',
    method: 'PUT',
    path: '/posts/{postId}/reactions',
    permission: 'user',
    input: z.strictObject({ ...post, ...given }),
    output: reactedSchema,
  }),
  removeFromPost: operation({
    name: 'reactions.removeFromPost',
    summary: "Takes back the caller's reaction of one kind, or all of them, from a post.",
    method: 'DELETE',
    path: '/posts/{postId}/reactions',
    permission: 'user',
    input: z.strictObject({ ...post, ...filter }),
    output: reactedSchema,
  }),
  listOfPost: operation({
    name: 'reactions.listOfPost',
    summary: 'Who reacted to a post, newest first.',
    method: 'GET',
    path: '/posts/{postId}/reactions',
    permission: 'anyone',
    input: z.strictObject({ ...post, ...filter, ...pageFields }),
    output: pageOf(reactorSchema),
  }),
  knownOfPost: operation({
    name: 'reactions.knownOfPost',
    summary: 'Those the caller follows among who reacted to a post: a sample and how many.',
    method: 'GET',
    path: '/posts/{postId}/reactions/you-know',
    permission: 'user',
    input: z.strictObject({ ...post }),
    output: knownReactorsSchema,
  }),
  addToComment: operation({
    name: 'reactions.addToComment',
    summary: 'Reacts to a comment. Where kinds exclude each other, another kind given before is replaced.',
    method: 'PUT',
    path: '/comments/{commentId}/reactions',
    permission: 'user',
    input: z.strictObject({ ...comment, ...given }),
    output: reactedSchema,
  }),
  removeFromComment: operation({
    name: 'reactions.removeFromComment',
    summary: "Takes back the caller's reaction of one kind, or all of them, from a comment.",
    method: 'DELETE',
    path: '/comments/{commentId}/reactions',
    permission: 'user',
    input: z.strictObject({ ...comment, ...filter }),
    output: reactedSchema,
  }),
  listOfComment: operation({
    name: 'reactions.listOfComment',
    summary: 'Who reacted to a comment, newest first.',
    method: 'GET',
    path: '/comments/{commentId}/reactions',
    permission: 'anyone',
    input: z.strictObject({ ...comment, ...filter, ...pageFields }),
    output: pageOf(reactorSchema),
  }),
  knownOfComment: operation({
    name: 'reactions.knownOfComment',
    summary: 'Those the caller follows among who reacted to a comment: a sample and how many.',
    method: 'GET',
    path: '/comments/{commentId}/reactions/you-know',
    permission: 'user',
    input: z.strictObject({ ...comment }),
    output: knownReactorsSchema,
  }),
  mine: operation({
    name: 'reactions.mine',
    summary: 'What the caller reacted to and can still see, newest first.',
    method: 'GET',
    path: '/me/reactions',
    permission: 'user',
    input: z.strictObject({
      ...filter,
      targetKind: z
        .enum(['post', 'comment'])
        .optional()
        .meta({ description: 'only posts, or only comments' }),
      ...pageFields,
    }),
    output: pageOf(ownReactionSchema),
  }),
} as const;
