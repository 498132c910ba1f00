import type { SocialKit } from '@socialkit/adapters';
import type { Actor, Id } from '@socialkit/core';

/** Somebody in the story. */
export interface Person {
  readonly name: string;
  readonly id: Id;
  readonly actor: Actor;
}

/** Makes an account, with a role of staff where one is given. */
export async function enroll(kit: SocialKit, name: string, role?: string): Promise<Person> {
  const { id } = await kit.identity.register(kit.system, { externalId: `host-${name}`, handle: name });
  if (role) await kit.identity.assignRole(kit.system, { userId: id, role });
  // Staff get the permissions of their role with their session.
  return { name, id, actor: (await kit.actorFor({ accountId: id })) ?? kit.actor(id) };
}
