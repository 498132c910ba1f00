export {
  type CandidateModel,
  type Evaluation,
  type EvaluationMetric,
  evaluate,
  METRICS,
  type ObservedInteraction,
  SEGMENTS,
  type Segment,
  splitInteractions,
} from './evaluate.js';
export { gini, intraListDistance, type RankMetrics, rankMetrics } from './metrics.js';
export { type Logged, type Replay, replay } from './replay.js';
export {
  generateGraph,
  generateWorld,
  type SyntheticOptions,
  type SyntheticPost,
  type SyntheticVisit,
  type SyntheticWorld,
} from './synthetic.js';
export { rankSyntheticFeed } from './synthetic-feed.js';
