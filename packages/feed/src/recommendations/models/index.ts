export { type EaseModel, MAX_EASE_ROWS, trainEase } from './ease.js';
export {
  createFoldIn,
  type FactorModel,
  type FoldIn,
  type IalsOptions,
  scoresOf,
  trainIals,
} from './ials.js';
export { createMatrix, type Entry, type Matrix, transpose } from './matrix.js';
export type { Activation } from './serving.js';
export type * from './store.js';
export { createMemoryModels } from './store.memory.js';
