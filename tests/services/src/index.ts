/**
 * PostgreSQL and Redis servers for tests, benchmarks and examples.
 *
 * `start…` always starts a private server of this process and gives full control of it (restart, kill);
 * `find…` takes what the environment offers first and is meant for sharing one service over a test run.
 */
export { findPostgresBinaries, findRedisBinary, type PostgresBinaries } from './binaries.js';
export { type Found, findPostgres, findRedis, findRedisCluster } from './find.js';
export { type PostgresOptions, type PostgresServer, startPostgres } from './postgres.js';
export {
  type CreateDatabaseOptions,
  createDatabase,
  dropDatabases,
  queryOnce,
  withDatabase,
} from './postgres-database.js';
export { type Program, type ProgramEnd, type ProgramOptions, startProgram } from './program.js';
export { type RedisOptions, type RedisServer, startRedis } from './redis.js';
export { type RedisCluster, startRedisCluster } from './redis-cluster.js';
export { findRedisProgram, type RedisProgram, unpackRedis } from './redis-program.js';
