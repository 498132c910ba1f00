export { type Backtest, backtest, type LabelledCase, type PolicyFigures } from './backtest.js';
export { type CategoryScore, combineFindings } from './combine.js';
export { type CarriedLabel, type ConditionInput, evaluateConditions } from './conditions.js';
export { contentHashOf, type DecisionInput, decide } from './decide.js';
export { loadPolicy } from './load-policy.js';
export { createMemoryRemovalBudget, type RemovalBudget } from './removal-budget.js';
export type { RuleStandings } from './rule-standings.js';
export { balancedV1, documentV1, HATE_FLAG, TOXICITY_FLAG } from './shipped.js';
export {
  type Condition,
  DECISIONS,
  type Decision,
  type Effects,
  FACTS,
  FAIL_MODES,
  type FailMode,
  type Policy,
  type PolicyInput,
  type Predicate,
  policySchema,
  type Rule,
} from './types.js';
