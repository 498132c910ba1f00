import { invalid } from '@socialkit/core';
import { z } from 'zod';
import { categorySchema } from '../kernel/categories.js';
import { base64, MODALITIES, type ProviderScore, type ProviderShape } from './shape.js';

/** Keys from the outside in, with points between; a number is a place in a list: `results.0.scores.toxicity`. */
const path = z.string().regex(/^(?!__proto__)[A-Za-z0-9_$-]+(\.(?!__proto__)[A-Za-z0-9_$-]+){0,15}$/);

/** How a service of the host's own is asked and understood. */
export const jsonMappingSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/),
  version: z.string().min(1).max(64),
  /** Added to the configured address. @default '' */
  path: z
    .string()
    .max(500)
    .regex(/^(\/[^\s?#]*)?$/)
    .default(''),
  /** Where the text goes in the request; absent where the service reads no texts. */
  text: path.optional(),
  /** Where the picture goes, as base64; absent where it looks at no pictures. */
  image: path.optional(),
  /** Sent with every request, for example the name of a model. @default {} */
  constants: z.record(z.string().max(100), z.json()).default({}),
  scores: z
    .array(
      z.strictObject({
        category: categorySchema,
        /** Where the score is in the answer. */
        path,
        /** The score that means certainty. @default 1 */
        most: z.number().positive().max(1_000_000).default(1),
        /** @default every modality that is sent */
        modalities: z.array(z.enum(MODALITIES)).min(1).optional(),
      }),
    )
    .min(1)
    .max(100),
  /** Where the answer names its model. */
  model: path.optional(),
});
export type JsonMapping = z.input<typeof jsonMappingSchema>;

/** A service by a mapping, as data. A score that is not in the answer was not judged. @throws mapping.invalid */
export function jsonMappingShape(mapping: JsonMapping): ProviderShape {
  const parsed = jsonMappingSchema.safeParse(mapping);
  if (!parsed.success || (!parsed.data.text && !parsed.data.image)) {
    throw invalid(
      'mapping.invalid',
      'this is no mapping of a service',
      parsed.success
        ? [{ path: 'text', message: 'neither texts nor pictures are sent' }]
        : parsed.error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message })),
    );
  }
  const { id, version, path: address, constants, scores, model, ...inputs } = parsed.data;
  const sent = MODALITIES.filter((modality) => inputs[modality] !== undefined);
  const of = (modality: (typeof MODALITIES)[number]) =>
    scores.filter(({ modalities = sent }) => modalities.includes(modality));
  return {
    id,
    version,
    categories: Object.fromEntries(
      sent.map((modality) => [modality, [...new Set(of(modality).map(({ category }) => category))]]),
    ),
    request(part) {
      const at = inputs[part.modality];
      if (!at) throw new TypeError(`this service takes no ${part.modality}`);
      const value = part.modality === 'text' ? part.text : base64(part.jpeg);
      return { path: address, headers: {}, body: withValue(structuredClone(constants), at, value) };
    },
    read(answer, { modality }) {
      if (typeof answer !== 'object' || answer === null) throw new TypeError('no answer');
      const found: ProviderScore[] = [];
      for (const { category, path: at, most } of of(modality)) {
        const value = valueAt(answer, at);
        if (value === undefined || value === null) continue;
        if (typeof value !== 'number' || !(value >= 0 && value <= most))
          throw new TypeError('a score out of range');
        found.push({ category, label: at, score: value / most });
      }
      const named = model ? valueAt(answer, model) : null;
      return { model: typeof named === 'string' ? named.slice(0, 200) : null, scores: found, unmapped: [] };
    },
  };
}

function valueAt(from: unknown, at: string): unknown {
  let value = from;
  for (const key of at.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}

/** Puts a value into a structure; missing parts become objects, or lists before a number. */
function withValue(into: Record<string, unknown>, at: string, value: unknown): unknown {
  const keys = at.split('.');
  let place: Record<string, unknown> = into;
  keys.slice(0, -1).forEach((key, depth) => {
    const known = Object.hasOwn(place, key) ? place[key] : undefined;
    if (typeof known !== 'object' || known === null) {
      Object.defineProperty(place, key, {
        value: /^\d+$/.test(keys[depth + 1]!) ? [] : {},
        enumerable: true,
        writable: true,
        configurable: true,
      });
    }
    place = place[key] as Record<string, unknown>;
  });
  place[keys.at(-1)!] = value;
  return into;
}
