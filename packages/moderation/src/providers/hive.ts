import { z } from 'zod';
import {
  base64,
  categoriesOf,
  type LabelTable,
  mapLabels,
  type ProviderReading,
  type ProviderShape,
} from './shape.js';

const nsfw = { image: ['nsfw'] } as const;
const gore = { image: ['violence', 'violence.graphic'] } as const;
const weapon = { image: ['policy.weapons'] } as const;
const hate = { image: ['hate_symbol'] } as const;

/** Classes that say something was seen; of each head the classes that say it was not carry nothing. */
const CLASSES: LabelTable = {
  general_nsfw: nsfw,
  yes_sexual_activity: nsfw,
  yes_realistic_nsfw: nsfw,
  yes_female_nudity: nsfw,
  yes_male_nudity: nsfw,
  general_suggestive: { image: ['policy.suggestive'] },
  very_bloody: gore,
  human_corpse: gore,
  hanging: { image: ['violence.graphic', 'self_harm'] },
  yes_self_harm: { image: ['self_harm'] },
  yes_fight: { image: ['violence'] },
  gun_in_hand: weapon,
  knife_in_hand: weapon,
  yes_nazi: hate,
  yes_kkk: hate,
  yes_terrorist: hate,
  sexual: { text: ['sexual'] },
  hate: { text: ['hate'] },
  violence: { text: ['violence'] },
  bullying: { text: ['harassment'] },
  spam: { text: ['spam'] },
  self_harm: { text: ['self_harm'] },
  child_exploitation: { text: ['child_safety'], floor: 0.3 },
};
const NOTHING_SEEN = /^(no_|general_not_|not_|a_little_bloody$|no$)|_not_in_hand$/;

const classSchema = z.object({
  class: z.string().min(1).max(100),
  score: z.number().min(-1).max(3).optional(),
  value: z.number().min(-1).max(3).optional(),
});
const outputSchema = z
  .array(z.object({ classes: z.array(classSchema).max(500) }))
  .min(1)
  .max(1000);
const answerSchema = z.union([
  z.object({ output: outputSchema }),
  z.object({
    status: z.array(z.object({ response: z.object({ output: outputSchema }) })).min(1),
  }),
]);

/** The severity that stands for certainty: texts are graded 0 to 3, pictures scored 0 to 1. */
const TEXT_GRADES = 3;

/** Services that answer like Hive's classification: heads of classes, one set for each looked-at moment. */
export function hiveShape(options: { readonly id?: string } = {}): ProviderShape {
  const { id = 'hive' } = options;
  return {
    id,
    version: 'classes-1',
    categories: categoriesOf(CLASSES),
    request: (part) =>
      part.modality === 'text'
        ? {
            path: '/api/v3/hive/text-moderation',
            headers: {},
            body: { input: [{ text: part.text }] },
          }
        : {
            path: '/api/v3/hive/visual-moderation',
            headers: {},
            body: { input: [{ media_base64: base64(part.jpeg) }] },
          },
    read(answer, { modality }): ProviderReading {
      const parsed = answerSchema.parse(answer);
      const output = 'output' in parsed ? parsed.output : parsed.status[0]!.response.output;
      const highest = new Map<string, number>();
      for (const { classes } of output) {
        for (const one of classes) {
          const given = one.score ?? one.value;
          if (given === undefined) throw new TypeError('a class without a score');
          // Graded -1: the service cannot read this language, which is no score.
          if (given < 0) continue;
          const score = modality === 'text' ? given / TEXT_GRADES : given;
          if (score > 1) throw new TypeError('a score above 1');
          highest.set(one.class, Math.max(highest.get(one.class) ?? 0, score));
        }
      }
      const labels = [...highest].filter(([label]) => !NOTHING_SEEN.test(label));
      return { model: null, ...mapLabels(CLASSES, modality, labels) };
    },
  };
}
