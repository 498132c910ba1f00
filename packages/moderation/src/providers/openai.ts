import { z } from 'zod';
import {
  categoriesOf,
  dataUrl,
  type LabelTable,
  mapLabels,
  type ProviderShape,
  shareSchema,
} from './shape.js';

/** From this score on a text or picture counts as about child safety, whose rules act on any score above zero. */
const CHILD_SAFETY_FROM = 0.2;

/** The categories of `omni-moderation`; pictures are scored for few of them. */
const LABELS: LabelTable = {
  harassment: { text: ['harassment'] },
  'harassment/threatening': { text: ['harassment', 'threat'] },
  hate: { text: ['hate'] },
  'hate/threatening': { text: ['hate', 'threat'] },
  illicit: { text: ['policy.illicit'] },
  'illicit/violent': { text: ['policy.illicit'] },
  'self-harm': { text: ['self_harm'], image: ['self_harm'] },
  'self-harm/intent': { text: ['self_harm'], image: ['self_harm'] },
  'self-harm/instructions': { text: ['self_harm'], image: ['self_harm'] },
  sexual: { text: ['sexual'], image: ['nsfw'] },
  'sexual/minors': { text: ['child_safety'], floor: CHILD_SAFETY_FROM },
  violence: { text: ['violence'], image: ['violence'] },
  'violence/graphic': { text: ['violence.graphic'], image: ['violence', 'violence.graphic'] },
};

const answerSchema = z.object({
  model: z.string().max(200),
  results: z
    .array(
      z.object({
        category_scores: z.record(z.string().max(100), shareSchema),
        category_applied_input_types: z
          .record(z.string().max(100), z.array(z.string().max(20)).max(5))
          .optional(),
      }),
    )
    .length(1),
});

/** Services that answer like OpenAI's moderation endpoint. */
export function openAiShape(options: { readonly model?: string; readonly id?: string } = {}): ProviderShape {
  const { model = 'omni-moderation-latest', id = 'openai' } = options;
  return {
    id,
    version: `labels-1+${model}`,
    categories: categoriesOf(LABELS),
    request: (part) => ({
      path: '/v1/moderations',
      headers: {},
      body: {
        model,
        input:
          part.modality === 'text'
            ? part.text
            : [{ type: 'image_url', image_url: { url: dataUrl(part.jpeg) } }],
      },
    }),
    read(answer, { modality }) {
      const { model: answered, results } = answerSchema.parse(answer);
      const { category_scores: scores, category_applied_input_types: applied } = results[0]!;
      // A score of a category that was not applied to this kind of input is no score.
      const judged = Object.entries(scores).filter(
        ([label]) => !applied || applied[label] === undefined || applied[label].includes(modality),
      );
      return { model: answered, ...mapLabels(LABELS, modality, judged) };
    },
  };
}
