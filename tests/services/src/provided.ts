import type { ServiceName } from './needs.js';

/** Why a service is missing: empty when it is there, null when no chosen test file names it. */
export type SkipReasons = Readonly<Record<ServiceName, string | null>>;

declare module 'vitest' {
  interface ProvidedContext {
    /** URL of a database whose role may create databases; tests make their own with `describePostgres`. */
    postgresUrl: string | null;
    redisUrl: string | null;
    /** `host:port` of each node. */
    redisClusterNodes: string[] | null;
    /** Start of the names of the databases of this run. */
    databasePrefix: string;
    skipReasons: SkipReasons;
  }
}
