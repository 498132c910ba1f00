export { type ActorResolver, createActorResolver, type SessionSubject } from './actor-for.js';
export type { IdentityDeps, IdentityOptions } from './context.js';
export type { IdentityEvents } from './events.js';
export type { CustomShape, FieldOptions, FieldVisibility } from './fields.js';
export {
  createHandleRules,
  type HandleOptions,
  type HandleRules,
  RESERVED_HANDLES,
} from './handle.js';
export { createIdentityService, type IdentityService } from './identity-service.js';
export {
  type CustomPatch,
  type CustomValues,
  createIdentityOperations,
  type IdentityOperations,
  type IdentityShape,
  type OwnAccount,
  type Profile,
} from './operations.js';
export { createProfileCacheSubscriber, staleProfilesOf } from './profile-cache.js';
export {
  DEFAULT_ROLE,
  DEFAULT_ROLES,
  type RoleGrant,
  type RoleTable,
  requireOutranks,
  staffPermissions,
} from './roles.js';
export { STATE_MOVES, type StateMover } from './states.js';
export * from './store.js';
export { createMemoryAccounts } from './store.memory.js';
export { createAccountSubject } from './subject.js';
export * from './types.js';
