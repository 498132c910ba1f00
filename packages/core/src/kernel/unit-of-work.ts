/**
 * Runs a decision and its writes as one.
 *
 * `S` is only what the use case needs: the readers and writers of the rows it decides about. Contract:
 * - all writes of `work` and its outbox events become visible together or not at all;
 * - READ COMMITTED: lock the rows a decision rests on before reading them (see `access/locks.ts`);
 * - the whole function is retried on serialization failures and deadlocks, with jitter, so it must not have
 *   effects outside the stores; no network call inside;
 * - not nested: calling `transact` from inside `work`, or using a store that did not come from `stores`,
 *   fails instead of deadlocking for ever;
 * - after the commit the workers are signalled and host listeners are called.
 */
export interface UnitOfWork<S> {
  transact<T>(work: (stores: S) => Promise<T>): Promise<T>;
}
