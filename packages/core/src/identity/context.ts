import type { ContentGate } from '../access/index.js';
import { openGate } from '../access/index.js';
import type { Cache } from '../kernel/cache.js';
import type { Runtime } from '../kernel/runtime.js';
import type { UnitOfWork } from '../kernel/unit-of-work.js';
import type { CoreReaders, KernelStores } from '../stores.js';
import { type CustomShape, createProfileFields, type ProfileFields } from './fields.js';
import { createHandleRules, type HandleRules } from './handle.js';
import type { IdentityShape } from './operations.js';
import { DEFAULT_ROLES, type RoleTable } from './roles.js';
import type { IdentityReaders, IdentityStores } from './store.js';

/** What identity needs of its surroundings. */
export interface IdentityDeps {
  readonly unitOfWork: UnitOfWork<
    IdentityStores & Pick<KernelStores, 'outbox' | 'idempotency' | 'facts' | 'locks' | 'audit' | 'measures'>
  >;
  readonly readers: IdentityReaders & Pick<CoreReaders, 'facts' | 'audit'>;
  readonly runtime: Runtime;
  /** Reviews names and texts before they are written. @default everything is allowed */
  readonly gate?: ContentGate;
  /** Holds public profiles. @default none: every read goes to the store */
  readonly cache?: Cache;
}

/** Options of the identity slice. */
export interface IdentityOptions<S extends CustomShape = CustomShape> extends IdentityShape<S> {
  /** @default {@link DEFAULT_ROLES} */
  readonly roles?: RoleTable;
}

/** The surroundings with every option resolved: what the use cases of this slice share. */
export interface IdentityContext extends IdentityDeps {
  readonly gate: ContentGate;
  readonly handles: HandleRules;
  readonly fields: ProfileFields;
  readonly roles: RoleTable;
}

export const createIdentityContext = (deps: IdentityDeps, options: IdentityOptions): IdentityContext => ({
  ...deps,
  gate: deps.gate ?? openGate,
  handles: createHandleRules(options.handles),
  fields: createProfileFields(options),
  roles: options.roles ?? DEFAULT_ROLES,
});
