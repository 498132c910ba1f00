/** The first two columns of a table, without its header. */
export declare function readPairs(path: string): (readonly [string, string])[];
/** User ids of a file, each once: a plain list, or a table with a column `user` or `follower`. */
export declare function readUsers(path: string): string[];
/** What is hidden of each user. */
export declare function readHidden(path: string): Map<string, Set<string>>;
