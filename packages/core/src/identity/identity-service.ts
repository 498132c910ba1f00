import { createService, type Handlers, type Service } from '../kernel/operation.js';
import { createIdentityContext, type IdentityDeps, type IdentityOptions } from './context.js';
import { changeHandle, editAccount, updateProfile, updateSettings } from './edit.js';
import type { CustomShape } from './fields.js';
import { assignRole, deactivate, moderate, reactivate, setLabel, setVerified } from './moderate.js';
import { createIdentityOperations, type IdentityOperations } from './operations.js';
import { auditLog, byHandle, get, getMany, inspect, me } from './reads.js';
import { checkHandle, ensure, register } from './register.js';

/** The identity slice's public face; `S` are the host's own profile fields. */
export type IdentityService<S extends CustomShape = CustomShape> = Service<IdentityOperations<S>>;

/** Accounts, profiles, settings, roles and states. */
export function createIdentityService<S extends CustomShape = Record<never, never>>(
  deps: IdentityDeps,
  options: IdentityOptions<S> = {},
): IdentityService<S> {
  const context = createIdentityContext(deps, options as IdentityOptions);
  const handlers: Handlers<IdentityOperations> = {
    me: me(context),
    get: get(context),
    byHandle: byHandle(context),
    getMany: getMany(context),
    checkHandle: checkHandle(context),
    updateProfile: updateProfile(context),
    changeHandle: changeHandle(context),
    updateSettings: updateSettings(context),
    deactivate: deactivate(context),
    reactivate: reactivate(context),
    ensure: ensure(context),
    register: register(context),
    inspect: inspect(context),
    auditLog: auditLog(context),
    editAccount: editAccount(context),
    moderate: moderate(context),
    setLabel: setLabel(context),
    setVerified: setVerified(context),
    assignRole: assignRole(context),
  };
  // The handlers treat custom values as JSON; their types exist for callers only, and the schemas keep them true.
  return createService(
    createIdentityOperations<S>(options),
    handlers as unknown as Handlers<IdentityOperations<S>>,
    deps.runtime,
  );
}
