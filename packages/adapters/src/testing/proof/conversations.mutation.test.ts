import { beforeEach, describe, expect, it, vi } from 'vitest';
import { firstFound } from './first-found.js';

// The reads of conversations with one of their rules switched off. The product has no switch: the modules of the rules are
// put together anew for this file alone.
const off = vi.hoisted(() => new Set<string>());
vi.mock('../../../../chat/src/conversations/standing.js', async (original) => {
  const rules = await original<typeof import('../../../../chat/src/conversations/standing.js')>();
  return {
    ...rules,
    invitationStands: (...facts: Parameters<typeof rules.invitationStands>) =>
      off.has('invitations end with a block') || rules.invitationStands(...facts),
    isWritable: (...facts: Parameters<typeof rules.isWritable>) =>
      off.has('nobody writes across a block or without an account') || rules.isWritable(...facts),
  };
});
vi.mock('../../../../chat/src/conversations/capabilities.js', async (original) => {
  const rules = await original<typeof import('../../../../chat/src/conversations/capabilities.js')>();
  return {
    ...rules,
    outranks: (...roles: Parameters<typeof rules.outranks>) =>
      off.has('nobody acts on an equal or higher role') || rules.outranks(...roles),
    can: (...ground: Parameters<typeof rules.can>) =>
      off.has('a list of links or bans is for who manages them') || rules.can(...ground),
  };
});
beforeEach(() => off.clear());

/** Worlds tried until a missing rule is found out. */
const WORLDS = 200;

/** Where each rule must be missed. */
const MISSED = [
  ['conversations.list', 'invitations end with a block'],
  ['conversations.get', 'nobody writes across a block or without an account'],
  ['conversations.members', 'nobody acts on an equal or higher role'],
  ['conversations.links', 'a list of links or bans is for who manages them'],
  ['conversations.members', 'a list of links or bans is for who manages them'],
] as const;

describe('the reads of conversations, with a rule missing', () => {
  for (const [operation, rule] of MISSED)
    it(`${operation} is found out when it forgets that ${rule}`, async () => {
      expect(
        await firstFound(off, operation, rule, { worlds: WORLDS }),
        `${WORLDS} worlds do not miss it`,
      ).not.toBeNull();
    }, 120_000);
});
