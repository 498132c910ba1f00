import { beforeEach, describe, expect, it, vi } from 'vitest';
import { firstFound } from './first-found.js';

// The reads of presence with one of their rules switched off. The product has no switch: the modules of the rules are put
// together anew for this file alone.
const off = vi.hoisted(() => new Set<string>());
vi.mock('../../../../chat/src/presence/rules.js', async (original) => {
  const rules = await original<typeof import('../../../../chat/src/presence/rules.js')>();
  return {
    ...rules,
    canViewPresence: (facts: Parameters<typeof rules.canViewPresence>[0]) =>
      (off.has('presence is for who sees the profile') && facts !== undefined) ||
      (off.has('private accounts show it to those they accepted') && rules.canViewMemberPresence(facts)) ||
      rules.canViewPresence(facts),
    canViewMemberPresence: (facts: Parameters<typeof rules.canViewMemberPresence>[0]) =>
      (off.has('blocked members are offline') && facts !== undefined) || rules.canViewMemberPresence(facts),
    canViewLastSeen: (...about: Parameters<typeof rules.canViewLastSeen>) =>
      off.has('last seen is for whom it was chosen') || rules.canViewLastSeen(...about),
  };
});
vi.mock('../../../../chat/src/presence/merge.js', async (original) => {
  const rules = await original<typeof import('../../../../chat/src/presence/merge.js')>();
  return {
    ...rules,
    shownState: (...[chosen, devices]: Parameters<typeof rules.shownState>) =>
      rules.shownState(
        off.has('who is invisible is offline') && chosen === 'invisible' ? 'online' : chosen,
        devices,
      ),
  };
});
beforeEach(() => off.clear());

/** Worlds tried until a missing rule is found out. */
const WORLDS = 200;

/** Where each rule must be missed. */
const MISSED = [
  ['presence.get', 'presence is for who sees the profile'],
  ['presence.get', 'private accounts show it to those they accepted'],
  ['presence.get', 'last seen is for whom it was chosen'],
  ['presence.get', 'who is invisible is offline'],
  ['presence.mine', 'who is invisible is offline'],
  ['presence.contacts', 'who is invisible is offline'],
  ['presence.ofConversation', 'who is invisible is offline'],
  ['presence.ofConversation', 'blocked members are offline'],
] as const;

describe('the reads of presence, with a rule missing', () => {
  for (const [operation, rule] of MISSED)
    it(`${operation} is found out: ${rule}`, async () => {
      expect(await firstFound(off, operation, rule, { worlds: WORLDS })).not.toBeNull();
    }, 600_000);
});
