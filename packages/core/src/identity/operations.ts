import { z } from 'zod';
import { idempotencyFields } from '../kernel/idempotency.js';
import { idSchema } from '../kernel/ids.js';
import { operation } from '../kernel/operation.js';
import { pageFields, pageOf } from '../kernel/page.js';
import { line, opaqueKey } from '../kernel/text.js';
import { type CustomShape, createProfileFields, type FieldOptions, type ProfileFields } from './fields.js';
import { createHandleRules, type HandleOptions, type HandleRules } from './handle.js';
import { accountShape, MAX_ACCOUNT_BATCH, profileInput, profileShape } from './types.js';

/** How one platform's identities look: which handles it takes and which profile fields it has. */
export interface IdentityShape<S extends CustomShape = CustomShape> extends FieldOptions<S> {
  readonly handles?: HandleOptions;
}

/** The values of the host's fields on a profile; what is not set, or not for this reader, is absent. */
export type CustomValues<S extends CustomShape> = { readonly [K in keyof S]?: z.output<S[K]> };
/** A partial update of the host's fields; null clears. */
export type CustomPatch<S extends CustomShape> = { readonly [K in keyof S]?: z.input<S[K]> | null };

const reason = line(500, 1).nullable().default(null);
const byUser = { userId: idSchema } as const;
const handles = z.array(z.string().min(1).max(256)).max(MAX_ACCOUNT_BATCH);

const auditEntry = z.object({
  id: idSchema,
  actorId: z.string(),
  action: z.string(),
  at: z.int(),
  details: z.record(z.string(), z.unknown()),
});

const define = <S extends CustomShape>(rules: HandleRules, fields: ProfileFields) => {
  const customValues = fields.customOutput as z.ZodType<CustomValues<S>>;
  const customPatch = fields.customInput as z.ZodType<Record<string, unknown>, CustomPatch<S>>;
  const profile = z.object({ ...profileShape, custom: customValues });
  const account = z.object({ ...accountShape, custom: customValues });
  const texts = {
    ...profileInput,
    custom: customPatch.optional(),
    fieldVisibility: fields.visibilityInput.optional(),
  };
  const settings = { isPrivate: z.boolean().optional(), discoverable: z.boolean().optional() };
  const creation = {
    externalId: opaqueKey(200),
    handle: rules.schema,
    ...texts,
    ...settings,
    allowReserved: z.boolean().default(false).meta({ description: 'give out a reserved handle' }),
  };

  return {
    me: operation({
      name: 'identity.me',
      summary: 'Your own account with everything in it.',
      method: 'GET',
      path: '/me',
      permission: 'user',
      input: z.strictObject({}),
      output: account,
    }),
    get: operation({
      name: 'identity.get',
      summary: 'The profile of an account, with what holds between you and it.',
      method: 'GET',
      path: '/users/{userId}',
      permission: 'anyone',
      input: z.strictObject(byUser),
      output: profile,
    }),
    byHandle: operation({
      name: 'identity.byHandle',
      summary: 'The profile behind a handle, in any spelling of it.',
      method: 'GET',
      path: '/users/by-handle/{handle}',
      permission: 'anyone',
      input: z.strictObject({ handle: z.string().min(1).max(256) }),
      output: profile,
    }),
    getMany: operation({
      name: 'identity.getMany',
      summary: `Up to ${MAX_ACCOUNT_BATCH} profiles by ids and handles, in the order asked for; what you cannot see is left out.`,
      method: 'GET',
      path: '/users',
      permission: 'anyone',
      input: z
        .strictObject({
          ids: z.array(idSchema).max(MAX_ACCOUNT_BATCH).default([]),
          handles: handles.default([]),
        })
        .refine(
          (input) => input.ids.length + input.handles.length <= MAX_ACCOUNT_BATCH,
          `at most ${MAX_ACCOUNT_BATCH} ids and handles together`,
        ),
      output: z.object({ items: z.array(profile) }),
    }),
    checkHandle: operation({
      name: 'identity.checkHandle',
      summary: 'Whether a handle can be taken, and its canonical form.',
      method: 'GET',
      path: '/handles/{handle}',
      permission: 'anyone',
      input: z.strictObject({ handle: z.string().min(1).max(256) }),
      output: z.object({
        handle: z.string().nullable(),
        available: z.boolean(),
        reason: z.enum(['invalid', 'reserved', 'taken']).nullable(),
      }),
    }),
    updateProfile: operation({
      name: 'identity.updateProfile',
      summary: 'Changes the fields given; null clears one. Names and texts pass the content gate.',
      method: 'PATCH',
      path: '/me',
      permission: 'user',
      input: z.strictObject(texts),
      output: account,
    }),
    changeHandle: operation({
      name: 'identity.changeHandle',
      summary: 'Takes another handle.',
      method: 'PUT',
      path: '/me/handle',
      permission: 'user',
      input: z.strictObject({ handle: rules.schema }),
      output: account,
    }),
    updateSettings: operation({
      name: 'identity.updateSettings',
      summary: 'Moves the private-account and discoverable switches.',
      method: 'PATCH',
      path: '/me/settings',
      permission: 'user',
      input: z.strictObject(settings),
      output: account,
    }),
    deactivate: operation({
      name: 'identity.deactivate',
      summary: 'Hides your account and everything in it until you come back.',
      method: 'POST',
      path: '/me/deactivate',
      permission: 'user',
      input: z.strictObject({}),
      output: account,
    }),
    reactivate: operation({
      name: 'identity.reactivate',
      summary: 'Brings your deactivated account back as it was.',
      method: 'POST',
      path: '/me/reactivate',
      permission: 'user',
      input: z.strictObject({}),
      output: account,
    }),
    ensure: operation({
      name: 'identity.ensure',
      summary:
        "The account of one of the host's users, made on first sight. An account that exists is returned as it is.",
      method: 'PUT',
      path: '/users/by-external-id/{externalId}',
      permission: 'staff:account.provision',
      rateLimit: 'staff',
      input: z.strictObject(creation),
      output: z.object({ account, created: z.boolean() }),
    }),
    register: operation({
      name: 'identity.register',
      summary: 'Makes an account; refuses when the external id has one.',
      method: 'POST',
      path: '/users',
      permission: 'staff:account.provision',
      rateLimit: 'staff',
      input: z.strictObject({ ...creation, ...idempotencyFields }),
      output: account,
    }),
    inspect: operation({
      name: 'identity.inspect',
      summary: 'An account with everything in it, whatever its state.',
      method: 'GET',
      path: '/users/{userId}/account',
      permission: 'staff:account.read',
      rateLimit: 'staff',
      input: z.strictObject(byUser),
      output: account,
    }),
    auditLog: operation({
      name: 'identity.auditLog',
      summary: 'What staff did about an account, newest first.',
      method: 'GET',
      path: '/users/{userId}/audit',
      permission: 'staff:account.read',
      rateLimit: 'staff',
      input: z.strictObject({ ...byUser, ...pageFields }),
      output: pageOf(auditEntry),
    }),
    editAccount: operation({
      name: 'identity.editAccount',
      summary: 'Changes the profile, handle or settings of an account of lower rank.',
      method: 'PATCH',
      path: '/users/{userId}',
      permission: 'staff:account.edit',
      rateLimit: 'staff',
      input: z.strictObject({
        ...byUser,
        ...texts,
        ...settings,
        handle: rules.schema.optional(),
        allowReserved: z.boolean().default(false),
        reason,
      }),
      output: account,
    }),
    moderate: operation({
      name: 'identity.moderate',
      summary: 'Limits, suspends or reinstates an account of lower rank.',
      method: 'PUT',
      path: '/users/{userId}/state',
      permission: 'staff:account.moderate',
      rateLimit: 'staff',
      input: z.strictObject({ ...byUser, state: z.enum(['active', 'limited', 'suspended']), reason }),
      output: account,
    }),
    setLabel: operation({
      name: 'identity.setLabel',
      summary: 'Puts a warning on an account, or takes it off with null.',
      method: 'PUT',
      path: '/users/{userId}/label',
      permission: 'staff:account.moderate',
      rateLimit: 'staff',
      input: z.strictObject({ ...byUser, label: line(64, 1).nullable(), reason }),
      output: account,
    }),
    setVerified: operation({
      name: 'identity.setVerified',
      summary: 'Gives the verified badge in the name of an issuer, or takes it away with null.',
      method: 'PUT',
      path: '/users/{userId}/verified',
      permission: 'staff:account.verify',
      rateLimit: 'staff',
      input: z.strictObject({ ...byUser, issuer: line(120, 1).nullable(), reason }),
      output: account,
    }),
    assignRole: operation({
      name: 'identity.assignRole',
      summary: 'Gives a role below your own to an account of lower rank.',
      method: 'PUT',
      path: '/users/{userId}/role',
      permission: 'staff:account.assign_role',
      rateLimit: 'staff',
      input: z.strictObject({ ...byUser, role: z.string().min(1).max(40), reason }),
      output: account,
    }),
  } as const;
};

/** The operations of a platform whose profiles have the custom fields `S`. */
export type IdentityOperations<S extends CustomShape = CustomShape> = ReturnType<typeof define<S>>;

/** The operations as the host's handles and profile fields shape them. */
export const createIdentityOperations = <S extends CustomShape = Record<never, never>>(
  shape: IdentityShape<S> = {},
): IdentityOperations<S> => define<S>(createHandleRules(shape.handles), createProfileFields(shape));

/** What a profile looks like to a reader. */
export type Profile = z.output<IdentityOperations['get']['output']>;
/** What an account looks like to itself and to staff. */
export type OwnAccount = z.output<IdentityOperations['me']['output']>;
