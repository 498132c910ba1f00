export * from './content-gate.js';
export * from './facts.js';
export { createMemoryFacts } from './facts.memory.js';
export { memoryLocks } from './locks.memory.js';
export * from './measures.js';
export { createMemoryMeasures } from './measures.memory.js';
export * from './policy.js';
export * from './restrict.js';
export * from './review.js';
export {
  canView,
  foldRules,
  hiddenBy,
  type RuleAlgebra,
  type RuleEffect,
  type RuleName,
  VISIBILITY_RULES,
} from './rules.js';
export type * from './subjects.js';
