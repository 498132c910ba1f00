/** One figure of a benchmark: what was measured, against which goal. */
export interface Metric {
  /** Name of the goal, for example `P1`; figures without a goal use a word. */
  readonly metric: string;
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** For example `>= 0.8`, or null for a figure that is only reported. */
  readonly goal: string | null;
  /** Null where there is no goal. */
  readonly ok: boolean | null;
}

/** A goal: at least or at most `bound`. */
export interface Goal {
  readonly at: 'least' | 'most';
  readonly bound: number;
}

export const atLeast = (bound: number): Goal => ({ at: 'least', bound });
export const atMost = (bound: number): Goal => ({ at: 'most', bound });

/** Holds a value against a goal. */
export const judged = (
  metric: string,
  name: string,
  value: number,
  unit: string,
  goal: Goal | null,
): Metric => ({
  metric,
  name,
  value: Number(value.toPrecision(4)),
  unit,
  goal: goal && `${goal.at === 'least' ? '>=' : '<='} ${goal.bound}`,
  ok: goal && (goal.at === 'least' ? value >= goal.bound : value <= goal.bound),
});
