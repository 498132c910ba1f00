import { type Rankings } from './rankings.js';
/** Rankings, and the milliseconds each answer took. */
export interface Answers {
    readonly rankings: Rankings;
    readonly latencies: readonly number[];
}
/** Loads a graph, trains as the daily job does, and asks the service for everybody's list. */
export declare function suggestPeople(graph: string, users: readonly string[]): Promise<Answers>;
/** What others suggest by, on the same graph: popularity, and friends of friends by count as Mastodon does. */
export declare function peopleBaselines(graph: string, users: readonly string[]): Readonly<Record<string, Rankings>>;
