import { type Rankings } from './rankings.js';
import type { Answers } from './who-to-follow.js';
/** Loads interactions, trains as the daily job does, and asks the service for everybody's list. */
export declare function recommendItems(train: string, users: readonly string[], friends: string | undefined): Promise<Answers>;
/** What others recommend by: popularity, and the weights .3, .3, .25, .15 of like-minded users, like items, friends and popularity. */
export declare function itemBaselines(train: string, users: readonly string[], friends: string | undefined): Readonly<Record<string, Rankings>>;
