import { z } from 'zod';
import { categoriesOf, type LabelTable, type ProviderShape, shareSchema } from './shape.js';

const ATTRIBUTES: LabelTable = {
  TOXICITY: { text: ['toxicity'] },
  SEVERE_TOXICITY: { text: ['toxicity'] },
  IDENTITY_ATTACK: { text: ['hate'] },
  INSULT: { text: ['harassment'] },
  THREAT: { text: ['threat'] },
  SEXUALLY_EXPLICIT: { text: ['sexual'] },
};

const place = z.number().int().min(0).max(1_000_000);
const answerSchema = z.object({
  attributeScores: z.record(
    z.string().max(100),
    z.object({
      summaryScore: z.object({ value: shareSchema }),
      spanScores: z
        .array(z.object({ begin: place.default(0), end: place, score: z.object({ value: shareSchema }) }))
        .max(10_000)
        .default([]),
    }),
  ),
});

/** Spans of a text that are shown at most. */
const MOST_SPANS = 5;

/**
 * Services that answer like Perspective's `comments:analyze`. The hosted service takes no requests after 31 December 2026; the
 * shape goes on in services that can stand in for it. Answers name no version: `model` says which one the host runs.
 */
export function perspectiveShape(
  options: { readonly model?: string; readonly id?: string } = {},
): ProviderShape {
  const { model = 'unversioned', id = 'perspective' } = options;
  return {
    id,
    version: `attributes-1+${model}`,
    categories: { text: categoriesOf(ATTRIBUTES).text },
    request(part) {
      if (part.modality !== 'text') throw new TypeError('this service reads texts only');
      return {
        path: '/v1alpha1/comments:analyze',
        headers: {},
        body: {
          comment: { text: part.text },
          requestedAttributes: Object.fromEntries(Object.keys(ATTRIBUTES).map((name) => [name, {}])),
          ...(part.locale ? { languages: [part.locale.split('-')[0]!.toLowerCase()] } : {}),
          spanAnnotations: true,
          doNotStore: true,
        },
      };
    },
    read(answer, part) {
      const { attributeScores } = answerSchema.parse(answer);
      const length = part.modality === 'text' ? part.text.length : 0;
      const scores: ReturnType<ProviderShape['read']>['scores'][number][] = [];
      const unmapped: string[] = [];
      for (const [label, { summaryScore, spanScores }] of Object.entries(attributeScores)) {
        const categories = Object.hasOwn(ATTRIBUTES, label) ? ATTRIBUTES[label]!.text! : [];
        if (categories.length === 0) unmapped.push(label);
        const spans = [...spanScores]
          .filter(({ begin, end }) => begin < end && end <= length)
          .sort((a, b) => b.score.value - a.score.value || a.begin - b.begin)
          .slice(0, MOST_SPANS)
          .map(({ begin, end }) => ({ start: begin, end }))
          .sort((a, b) => a.start - b.start);
        for (const category of categories) scores.push({ category, label, score: summaryScore.value, spans });
      }
      return { model: null, scores, unmapped };
    },
  };
}
