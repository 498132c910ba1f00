import type { Folders } from '../commands.js';
/** Holds rates and rollups against the independent recount beside the sets; says so where it is not there. */
export declare function evaluateAnalytics({ data }: Folders): Promise<void>;
