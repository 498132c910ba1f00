import type { Row } from '../csv.js';
/**
 * Takes a log through the stores and reads the rollups back: hours, distinct people of days and of all, and the targets with
 * the most events.
 */
export declare function activityOf(rows: readonly Row[], seed: number): Promise<{
    events: number;
    hourly: Record<string, [number, number, number]>;
    daily_distinct_actors: {
        [k: string]: number;
    };
    distinct_actors_total: number;
    targets: (readonly [number, number, number])[];
}>;
