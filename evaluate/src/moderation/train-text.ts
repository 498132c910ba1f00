import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PackedModel } from '@socialkit/moderation';
import {
  createTextReader,
  disguised,
  encodeWeights,
  fitCalibration,
  hashOfWeights,
  type LinearTrainingOptions,
  misspelt,
  packWeights,
  seededRandom,
  type TrainingSample,
  trainLinear,
} from '@socialkit/moderation/training';
import { HARMLESS } from './harmless.js';
import { HEADS, type Head, LABELS, rowsOf } from './text-sets.js';

const BITS = 17;

/** How much a row of a set weighs for a head, and how long the head learns. Chosen on the dev parts. */
interface Recipe {
  readonly weights: Readonly<Record<string, number>>;
  readonly harmless: number;
  readonly disguise: boolean;
  /** Sets whose rows are learned twice more with a typing error, at weight 1. */
  readonly misspelt?: readonly string[];
  readonly options: LinearTrainingOptions;
  readonly calibrateOn: readonly string[];
}

const RECIPES: Readonly<Record<Head, Recipe>> = {
  toxicity: {
    weights: { tox_davidson: 1, tox_surge: 8, tox_openai: 2 },
    harmless: 3,
    disguise: true,
    options: { epochs: 10, rate: 0.1, decay: 3e-4 },
    calibrateOn: ['tox_davidson', 'tox_surge'],
  },
  hate: {
    weights: { tox_davidson: 0.05, hatecheck: 3, hatemojicheck: 1, hatemojibuild: 0.7 },
    harmless: 0.3,
    disguise: false,
    misspelt: ['hatecheck'],
    options: { epochs: 30, rate: 0.5, decay: 1e-4 },
    calibrateOn: ['hatecheck', 'hatemojicheck', 'hatemojibuild'],
  },
  harassment: rare(),
  sexual: rare(),
  self_harm: rare(),
};

function rare(): Recipe {
  return {
    weights: { tox_openai: 1 },
    harmless: 0.5,
    disguise: false,
    options: { epochs: 10, rate: 0.1, decay: 3e-4 },
    calibrateOn: ['tox_openai'],
  };
}

/** Trains every head on the train parts and calibrates it on the dev parts. Deterministic on one version of Node. */
export function trainText(folder: string): Omit<PackedModel, 'version'> {
  const read = createTextReader(BITS);
  const combined = new Float32Array(2 ** BITS * HEADS.length);
  const biases: number[] = [];
  HEADS.forEach((head, at) => {
    const { weights, biases: bias } = trainHead(folder, head, read);
    for (let bucket = 0; bucket < weights.length; bucket += 1)
      combined[bucket * HEADS.length + at] = weights[bucket]!;
    biases.push(bias[0]!);
  });
  const { bytes, scales } = packWeights(combined, HEADS.length);
  const heads = HEADS.map((name, at) => {
    const judged = RECIPES[name].calibrateOn.flatMap((set) =>
      rowsOf(folder, set, 'dev').flatMap((row) => {
        const label = LABELS[name][set]!(row);
        if (Number.isNaN(label)) return [];
        return [{ raw: raw(read(row.text!), bytes, at, biases[at]!, scales[at]!), positive: label === 1 }];
      }),
    );
    return {
      name,
      bias: biases[at]!,
      scale: scales[at]!,
      calibration: fitCalibration(judged, judged.length < 1000 ? 6 : 24),
    };
  });
  return {
    id: 'text-en',
    bits: BITS,
    heads,
    hash: hashOfWeights(bytes),
    weights: encodeWeights(bytes),
  };
}

function raw(features: Uint32Array, bytes: Int8Array, head: number, bias: number, scale: number): number {
  let sum = 0;
  for (const index of features) sum += bytes[index * HEADS.length + head]!;
  return bias + (sum * scale) / Math.sqrt(Math.max(1, features.length));
}

function trainHead(folder: string, head: Head, read: (text: string) => Uint32Array) {
  const recipe = RECIPES[head];
  const random = seededRandom(7);
  const samples: TrainingSample[] = [];
  for (const [set, weight] of Object.entries(recipe.weights)) {
    for (const row of rowsOf(folder, set, 'train')) {
      const label = LABELS[head][set]!(row);
      if (Number.isNaN(label)) continue;
      samples.push({ features: read(row.text!), labels: Float32Array.of(label), weight });
      for (let copy = 0; copy < (recipe.misspelt?.includes(set) ? 2 : 0); copy += 1) {
        const other = misspelt(row.text!, random);
        if (other !== null)
          samples.push({ features: read(other), labels: Float32Array.of(label), weight: 1 });
      }
      if (!recipe.disguise || set === 'tox_openai') continue;
      // Every harmless text once more with some word disguised, and a quarter of the others: disguise alone is no offence.
      if (label === 1 && random() >= 0.25) continue;
      const other = disguised(row.text!, label === 0, random);
      if (other !== null) samples.push({ features: read(other), labels: Float32Array.of(label), weight });
    }
  }
  for (const text of recipe.harmless > 0 ? HARMLESS : []) {
    samples.push({ features: read(text), labels: Float32Array.of(0), weight: recipe.harmless });
  }
  return trainLinear(samples, 2 ** BITS, 1, recipe.options);
}

/** Writes the model as the source file that the package ships. */
export function writeTextModel(folder: string, model: Omit<PackedModel, 'version'>): void {
  const { weights, ...rest } = model;
  const version = `1-${model.hash.slice(0, 12)}`;
  writeFileSync(
    join(folder, 'text-model.ts'),
    `// Written by \`npm run evaluate -- train-text\`; see NOTICE for the sets it was fitted on.
import type { PackedModel } from '../packed-model.js';

/** The shipped model of English texts. */
export const textModel: PackedModel = ${JSON.stringify({ ...rest, version, weights }, null, 2)};
`,
  );
}
