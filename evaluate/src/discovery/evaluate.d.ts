import type { Folders } from '../commands.js';
/** Writes suggestions of people: `user,item,rank` to 100. */
export declare function writePeople(graph: string, users: string, out: string): Promise<void>;
/** Writes recommended items: `user,item,rank` to 20. */
export declare function writeItems(train: string, users: string, friends: string | undefined, out: string): Promise<void>;
/** Grades people and items on the development parts beside simpler ways, in one run. Says what is not there. */
export declare function evaluateDiscovery({ data, out }: Folders): Promise<void>;
