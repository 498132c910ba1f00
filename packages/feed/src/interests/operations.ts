import { line, operation } from '@socialkit/core';
import { z } from 'zod';
import { INTEREST_KINDS, interestSchema, MAX_PERSONAL_HASHTAGS, personalHashtagSchema } from './types.js';

const named = z.strictObject({
  kind: z.enum(INTEREST_KINDS),
  value: line(100, 1),
});
const changed = z.object({ changed: z.boolean() });

/** Public operations of interests: everybody's are his own business. */
export const interestOperations = {
  list: operation({
    name: 'interests.list',
    summary: 'What you seem to be interested in, by kind and weight, and whether it is learned at all',
    method: 'GET',
    path: '/me/interests',
    permission: 'user',
    input: z.strictObject({}),
    output: z.object({ enabled: z.boolean(), items: z.array(interestSchema).readonly() }),
  }),
  choose: operation({
    name: 'interests.choose',
    summary: 'Adds an interest; it stays until you remove it',
    method: 'PUT',
    path: '/me/interests',
    permission: 'user',
    input: named,
    output: changed,
  }),
  remove: operation({
    name: 'interests.remove',
    summary: 'Removes an interest; it is not learned again unless you choose it',
    method: 'DELETE',
    path: '/me/interests',
    permission: 'user',
    input: named,
    output: changed,
  }),
  setEnabled: operation({
    name: 'interests.setEnabled',
    summary: 'Switches learning on, or off: then everything that was learned is forgotten at once',
    method: 'PUT',
    path: '/me/interests/settings',
    permission: 'user',
    input: z.strictObject({ enabled: z.boolean() }),
    output: changed,
  }),
  hashtags: operation({
    name: 'interests.hashtags',
    summary:
      'Hashtags for you: what interests you, what trends, what people you follow use; not what you use or mute',
    method: 'GET',
    path: '/me/interests/hashtags',
    permission: 'user',
    input: z.strictObject({ limit: z.int().min(1).max(MAX_PERSONAL_HASHTAGS).default(10) }),
    output: z.object({ items: z.array(personalHashtagSchema).readonly() }),
  }),
} as const;
