/** One item that was shown, with what came of it. */
export interface Logged {
  readonly requestId: string;
  readonly item: string;
  /** The probability with which it was shown there, above 0. */
  readonly propensity: number;
  /** What it was worth, for example 1 for a click. */
  readonly reward: number;
}

/** What another ranking would have earned. */
export interface Replay {
  /** Rewards per item shown, weighed by inverse propensity and by the sum of the weights (self-normalised). */
  readonly estimate: number;
  /** What the log itself earned per item shown. */
  readonly logged: number;
  /** About how many of the logged items the estimate rests on: below a hundred or so it says little. */
  readonly effectiveSample: number;
}

/** Weights above this are cut: a few lucky draws must not decide. */
const MOST = 100;

/**
 * Estimates from a served log what another ranking would have earned: every logged item counts by how likely the ranking
 * shows it over how likely it was shown (self-normalised inverse propensity scoring; Swaminathan and Joachims, 2015). Only what
 * was left to chance can speak for another ranking: explore, or the sample is small.
 *
 * @param chance the probability, 0 to 1, with which the ranking shows the item in that request
 * @throws RangeError for a propensity that is not above 0 and at most 1
 */
export function replay(log: readonly Logged[], chance: (logged: Logged) => number): Replay {
  let [weights, squares, earned, rewards] = [0, 0, 0, 0];
  for (const logged of log) {
    const { propensity, reward } = logged;
    if (!(propensity > 0 && propensity <= 1)) throw new RangeError(`not a propensity: ${propensity}`);
    const weight = Math.min(MOST, chance(logged) / propensity);
    weights += weight;
    squares += weight * weight;
    earned += weight * reward;
    rewards += reward;
  }
  return {
    estimate: weights > 0 ? earned / weights : 0,
    logged: log.length > 0 ? rewards / log.length : 0,
    effectiveSample: squares > 0 ? (weights * weights) / squares : 0,
  };
}
