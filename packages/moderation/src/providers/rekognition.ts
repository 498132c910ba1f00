import { z } from 'zod';
import { base64, categoriesOf, type LabelTable, mapLabels, type ProviderShape } from './shape.js';

const nsfw = { image: ['nsfw'] } as const;
const suggestive = { image: ['policy.suggestive'] } as const;
const violence = { image: ['violence'] } as const;
const gore = { image: ['violence', 'violence.graphic'] } as const;
const disturbing = { image: ['violence.graphic'] } as const;
const drugs = { image: ['policy.drugs'] } as const;
const alcohol = { image: ['policy.alcohol'] } as const;
const gambling = { image: ['policy.gambling'] } as const;
const gestures = { image: ['policy.rude_gestures'] } as const;
const hate = { image: ['hate_symbol'] } as const;

/** Labels by major version of the service's taxonomy: version 7 renamed the groups of version 6. */
const TAXONOMIES: Readonly<Record<string, LabelTable>> = {
  '6': {
    'Explicit Nudity': nsfw,
    Suggestive: suggestive,
    Violence: violence,
    'Graphic Violence Or Gore': gore,
    'Self Injury': { image: ['self_harm'] },
    'Visually Disturbing': disturbing,
    Drugs: drugs,
    Tobacco: drugs,
    Alcohol: alcohol,
    Gambling: gambling,
    'Rude Gestures': gestures,
    'Hate Symbols': hate,
  },
  '7': {
    Explicit: nsfw,
    'Non-Explicit Nudity of Intimate parts and Kissing': suggestive,
    'Swimwear or Underwear': suggestive,
    Violence: violence,
    'Graphic Violence': gore,
    'Self-Harm': { image: ['self_harm'] },
    'Visually Disturbing': disturbing,
    'Drugs & Tobacco': drugs,
    Alcohol: alcohol,
    Gambling: gambling,
    'Rude Gestures': gestures,
    'Hate Symbols': hate,
  },
};

const percent = z.number().min(0).max(100);
const answerSchema = z.object({
  ModerationModelVersion: z.string().min(1).max(20),
  ModerationLabels: z
    .array(
      z.object({
        Name: z.string().min(1).max(200),
        ParentName: z.string().max(200).optional(),
        Confidence: percent,
      }),
    )
    .max(1000),
});

/**
 * Services that answer like Amazon Rekognition's DetectModerationLabels. Requests must be signed: give the adapter's `authorize`
 * a signer. Labels below a confidence of 1 are not sent, so what is not among them scores 0; a taxonomy that no table is for is
 * refused.
 */
export function rekognitionShape(options: { readonly id?: string } = {}): ProviderShape {
  const { id = 'rekognition' } = options;
  const { image } = categoriesOf(...Object.values(TAXONOMIES));
  return {
    id,
    version: 'taxonomies-6-7',
    categories: { image },
    request(part) {
      if (part.modality !== 'image') throw new TypeError('this service looks at pictures only');
      return {
        path: '/',
        headers: {
          'content-type': 'application/x-amz-json-1.1',
          'x-amz-target': 'RekognitionService.DetectModerationLabels',
        },
        body: { Image: { Bytes: base64(part.jpeg) }, MinConfidence: 1 },
      };
    },
    read(answer) {
      const { ModerationModelVersion: model, ModerationLabels: labels } = answerSchema.parse(answer);
      const major = model.split('.')[0]!;
      const table = Object.hasOwn(TAXONOMIES, major) ? TAXONOMIES[major] : undefined;
      if (!table) throw new TypeError('a taxonomy of labels that is not known');
      // A label below another repeats it in more detail: its group stands in the list too.
      const mapped = mapLabels(
        table,
        'image',
        labels
          .filter(({ Name, ParentName }) => !ParentName || Object.hasOwn(table, Name))
          .map(({ Name, Confidence }) => [Name, Confidence / 100] as const),
      );
      const found = new Set(mapped.scores.map(({ category }) => category));
      const none = categoriesOf(table)
        .image.filter((category) => !found.has(category))
        .map((category) => ({ category, label: 'none', score: 0 }));
      return { model, scores: [...mapped.scores, ...none], unmapped: mapped.unmapped };
    },
  };
}
