/** Counts automatic removals; beyond the cap content goes to review, whatever a model thinks. */
export interface RemovalBudget {
  /** Takes one removal at a time in Unix milliseconds; false when the hour's are used up. */
  take(now: number, perHour: number): Promise<boolean> | boolean;
}

const HOUR = 3_600_000;

/** A sliding hour in this process. */
export function createMemoryRemovalBudget(): RemovalBudget {
  let taken: number[] = [];
  return {
    take(now, perHour) {
      taken = taken.filter((at) => at > now - HOUR);
      if (taken.length >= perHour) return false;
      taken.push(now);
      return true;
    },
  };
}
