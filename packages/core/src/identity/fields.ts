import { Buffer } from 'node:buffer';
import { z } from 'zod';
import { canViewField, type RelationFacts, VISIBILITIES, type Visibility } from '../access/index.js';
import { invalid, SocialError } from '../kernel/errors.js';
import { prose } from '../kernel/text.js';
import { type Account, type FieldName, PROFILE_FIELDS, type ProfileField } from './types.js';

/** The zod shape of the host's own profile fields. Values must be JSON; every field is optional on a profile. */
export type CustomShape = Readonly<Record<string, z.ZodType>>;

/** Who sees a field unless its owner says otherwise. */
export interface FieldOptions<S extends CustomShape = CustomShape> {
  /** The host's own fields, for example `z.strictObject({ website: z.url(), pronouns: line(30) })`. @default none */
  readonly customFields?: z.ZodObject<S>;
  /**
   * @default names `public`; location, birth date and gender `private`; custom fields `private`, for what the host
   * collects is not for everybody unless it says so
   */
  readonly fieldVisibility?: Partial<Record<ProfileField | `custom.${Extract<keyof S, string>}`, Visibility>>;
}

/** Visibilities by field. */
export type FieldVisibility = Partial<Record<FieldName, Visibility>>;

/** Bytes of all custom fields of one account as JSON, at most. */
const MAX_CUSTOM_BYTES = 4096;

const DEFAULT_VISIBILITY: Readonly<Record<ProfileField, Visibility>> = {
  firstName: 'public',
  lastName: 'public',
  location: 'private',
  birthDate: 'private',
  gender: 'private',
};

const NAME = /^[a-zA-Z][a-zA-Z0-9_]{0,39}$/;

/** A field's own schema, without the wrappers that would fill in what a partial update leaves out. */
function bare(schema: z.ZodType): z.ZodType {
  let inner: z.ZodType = schema;
  while (
    inner instanceof z.ZodOptional ||
    inner instanceof z.ZodDefault ||
    inner instanceof z.ZodPrefault ||
    inner instanceof z.ZodNullable
  )
    inner = inner.unwrap() as z.ZodType;
  return inner;
}

/** The profile fields of one platform. */
export interface ProfileFields {
  /** Every field with a visibility of its own. */
  readonly names: readonly FieldName[];
  /** A partial update of the custom fields; null clears one. */
  readonly customInput: z.ZodType<Record<string, unknown>>;
  /** The custom fields of a profile as a reader gets them: what he may not see is absent. */
  readonly customOutput: z.ZodType<Record<string, unknown>>;
  /** A partial update of field visibilities. */
  readonly visibilityInput: z.ZodType<FieldVisibility, FieldVisibility>;
  visibilityOf(account: Pick<Account, 'fieldVisibility'>, field: FieldName): Visibility;
}

/** @throws TypeError for a custom field name that is not an identifier of up to 40 letters and digits */
export function createProfileFields(options: FieldOptions = {}): ProfileFields {
  const shape = options.customFields?.shape ?? {};
  const customNames = Object.keys(shape);
  for (const name of customNames)
    if (!NAME.test(name) || name in Object.prototype)
      throw new TypeError(`custom field "${name}" must be a plain identifier`);
  const names: FieldName[] = [...PROFILE_FIELDS, ...customNames.map((name) => `custom.${name}` as const)];
  const given: Partial<Record<FieldName, Visibility>> = options.fieldVisibility ?? {};
  const fallback = (field: FieldName): Visibility =>
    given[field] ?? (field in DEFAULT_VISIBILITY ? DEFAULT_VISIBILITY[field as ProfileField] : 'private');
  const each = (wrap: (schema: z.ZodType) => z.ZodType) =>
    Object.fromEntries(customNames.map((name) => [name, wrap(bare(shape[name] as z.ZodType))]));
  return {
    names,
    customInput: z
      .strictObject(each((schema) => schema.nullable().optional()))
      .transform((value, context) => {
        try {
          return plainJson(value) as Record<string, unknown>;
        } catch (error) {
          context.addIssue({
            code: 'custom',
            message: error instanceof Error ? error.message : 'is not JSON',
          });
          return z.NEVER;
        }
      }),
    customOutput: z.object(each((schema) => schema.optional())),
    visibilityInput: z.strictObject(
      Object.fromEntries(names.map((name) => [name, z.enum(VISIBILITIES).optional()])),
    ) as unknown as z.ZodType<FieldVisibility, FieldVisibility>,
    visibilityOf: (account, field) => account.fieldVisibility[field] ?? fallback(field),
  };
}

const anyText = prose(MAX_CUSTOM_BYTES);

/** A copy that any JSON column takes: well-formed NFC strings, finite numbers, no other kinds of value. */
function plainJson(value: unknown, depth = 0): unknown {
  if (depth > 8) throw new Error('is nested too deeply');
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new Error('must be a finite number');
    return value;
  }
  if (typeof value === 'string') {
    const text = anyText.safeParse(value);
    if (!text.success) throw new Error(text.error.issues[0]?.message ?? 'is not text');
    return text.data;
  }
  if (Array.isArray(value)) return value.map((item) => plainJson(item, depth + 1));
  if (typeof value === 'object' && [Object.prototype, null].includes(Object.getPrototypeOf(value)))
    return Object.fromEntries(
      Object.entries(value)
        .filter(([, inner]) => inner !== undefined)
        .map(([key, inner]) => [plainJson(key, depth + 1), plainJson(inner, depth + 1)]),
    );
  throw new Error('must be JSON');
}

/**
 * The custom fields after a partial update.
 * @throws account.custom_too_large (validation) past {@link MAX_CUSTOM_BYTES}
 */
export function mergeCustom(
  stored: Readonly<Record<string, unknown>>,
  patch: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const merged: Record<string, unknown> = { ...stored };
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete merged[name];
    else if (value !== undefined) merged[name] = value;
  }
  if (Buffer.byteLength(JSON.stringify(merged)) > MAX_CUSTOM_BYTES)
    throw new SocialError(
      'too_large',
      'account.custom_too_large',
      `custom fields hold at most ${MAX_CUSTOM_BYTES} bytes of JSON together`,
    );
  return merged;
}

/** @throws account.birth_date_in_future (validation) @param now Unix ms; the day is taken where it begins first */
export function requirePastDate(birthDate: string | null | undefined, now: number): void {
  const furthestDay = new Date(now + 14 * 60 * 60_000).toISOString().slice(0, 10);
  if (birthDate != null && birthDate > furthestDay)
    throw invalid('account.birth_date_in_future', 'a birth date lies in the past', [
      { path: 'birthDate', message: 'must not lie in the future' },
    ]);
}

/** The optional fields of an account, split by whether `sees` lets them through. */
export function pickFields(
  fields: ProfileFields,
  account: Account,
  sees: (visibility: Visibility) => boolean,
): Record<ProfileField, string | null> & { readonly custom: Record<string, unknown> } {
  const shown = (field: FieldName) => sees(fields.visibilityOf(account, field));
  const optional = Object.fromEntries(
    PROFILE_FIELDS.map((field) => [field, shown(field) ? account[field] : null]),
  ) as Record<ProfileField, string | null>;
  const custom = Object.fromEntries(
    Object.entries(account.custom).filter(
      ([name]) => fields.names.includes(`custom.${name}`) && shown(`custom.${name}`),
    ),
  );
  return { ...optional, custom };
}

/** Whether a viewer is in the audience of a field: THE policy, applied to it as to a post of that visibility. */
export const seesField =
  (relation: RelationFacts) =>
  (visibility: Visibility): boolean =>
    canViewField(relation, visibility);
