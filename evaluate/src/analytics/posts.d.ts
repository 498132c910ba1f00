import type { Row } from '../csv.js';
/** What a file of expected numbers and our own say, side by side. */
export interface Comparison {
    readonly checked: number;
    readonly differences: readonly string[];
}
/** Compares every number of `expected` with ours, as exactly as it is written there. */
export declare function compare(expected: object, ours: object, path?: string): Comparison;
/** Rates of a table of posts with reach and impressions, by type, hour and weekday. */
export declare function ratesOfTable(rows: readonly Row[]): {
    all: {
        posts: number;
        reach_sum: number;
        impressions: number;
        interactions: number;
        engaged_users: number;
        er_by_reach_pooled: number | null;
        er_by_reach_mean_of_posts: number | null;
        er_by_impressions_pooled: number | null;
        engaged_rate_pooled: number;
        frequency: number;
    };
    by_type: Readonly<Record<string, {
        posts: number;
        reach_sum: number;
        impressions: number;
        interactions: number;
        engaged_users: number;
        er_by_reach_pooled: number | null;
        er_by_reach_mean_of_posts: number | null;
        er_by_impressions_pooled: number | null;
        engaged_rate_pooled: number;
        frequency: number;
    }>>;
    by_hour: Readonly<Record<string, {
        posts: number;
        reach_sum: number;
        impressions: number;
        interactions: number;
        engaged_users: number;
        er_by_reach_pooled: number | null;
        er_by_reach_mean_of_posts: number | null;
        er_by_impressions_pooled: number | null;
        engaged_rate_pooled: number;
        frequency: number;
    }>>;
    by_weekday: Readonly<Record<string, {
        posts: number;
        reach_sum: number;
        impressions: number;
        interactions: number;
        engaged_users: number;
        er_by_reach_pooled: number | null;
        er_by_reach_mean_of_posts: number | null;
        er_by_impressions_pooled: number | null;
        engaged_rate_pooled: number;
        frequency: number;
    }>>;
};
/** Sums, means and medians of a table of posts without reach, by type, hour and page. */
export declare function summariesOfTable(rows: readonly Row[]): {
    all: {
        posts: number;
        engagement_sum: number;
        mean: number | null;
        median: number | null;
    };
    by_type: Readonly<Record<string, {
        posts: number;
        engagement_sum: number;
        mean: number | null;
        median: number | null;
    }>>;
    by_hour: Readonly<Record<string, {
        posts: number;
        engagement_sum: number;
        mean: number | null;
        median: number | null;
    }>>;
    by_page: Readonly<Record<string, {
        posts: number;
        engagement_sum: number;
        mean: number | null;
        median: number | null;
    }>>;
    days_with_posts: number;
    top10: number[];
};
