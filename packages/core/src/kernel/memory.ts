/** A table of the reference stores: frozen rows by string key, in no order a store may rely on. */
export interface MemoryTable<Row> {
  get(key: string): Row | undefined;
  has(key: string): boolean;
  /** Inserts or replaces; the row is frozen. */
  put(key: string, row: Row): void;
  remove(key: string): boolean;
  rows(): IterableIterator<Row>;
  readonly size: number;
}

/** The tables of one database, made on first use. */
export interface MemoryTables {
  table<Row extends object>(name: string): MemoryTable<Row>;
}

/** A handle on the database: inside a transaction, or outside of any. */
export interface MemorySession {
  /**
   * Runs synchronous work on the tables. Outside a transaction it waits for a running one and sees committed rows only;
   * a handle that outlived its transaction throws.
   */
  run<T>(work: (tables: MemoryTables) => T): Promise<T>;
}

/** The reference database: serial transactions with real rollback. Key joins use `\u0000`; see {@link keyOf}. */
export interface MemoryDatabase {
  readonly session: MemorySession;
  /** One at a time; everything written by `work` is undone when it throws. */
  transact<T>(work: (session: MemorySession) => Promise<T>): Promise<T>;
}

/** Joins the parts of a composite key. */
export const keyOf = (...parts: readonly (string | number)[]): string => parts.join('\u0000');

/** Milliseconds a call outside the running transaction waits before it fails. */
const WAIT_MS = 5000;

/** An empty database in this process. Two sessions on one database are the two handles of a conformance suite. */
export function createMemoryDatabase(): MemoryDatabase {
  const tables = new Map<string, Map<string, object>>();
  let undo: (() => void)[] | null = null;
  let tail: Promise<void> = Promise.resolve();

  const open = <Row extends object>(name: string): MemoryTable<Row> => {
    let rows = tables.get(name) as Map<string, Row> | undefined;
    if (!rows) {
      rows = new Map();
      tables.set(name, rows as Map<string, object>);
    }
    const held = rows;
    return {
      get: (key) => held.get(key),
      has: (key) => held.has(key),
      put: (key, row) => {
        const existed = held.get(key);
        undo?.push(() => (existed ? held.set(key, existed) : held.delete(key)));
        held.set(key, Object.freeze(row));
      },
      remove: (key) => {
        const existed = held.get(key);
        if (!existed) return false;
        undo?.push(() => held.set(key, existed));
        return held.delete(key);
      },
      rows: () => held.values(),
      get size() {
        return held.size;
      },
    };
  };
  const all: MemoryTables = { table: open };

  const enqueue = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = tail;
    let release!: () => void;
    tail = new Promise((resolve) => {
      release = resolve;
    });
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () =>
          reject(
            new Error('waited 5 s for the running transaction: inside transact use only its own stores'),
          ),
        WAIT_MS,
      );
      timer.unref();
    });
    return Promise.race([turn, patience])
      .then(() => {
        clearTimeout(timer);
        return work();
      })
      .finally(() => {
        // A call that gave up must not let the next one in before the transaction it waited for has ended.
        void turn.then(release);
      });
  };

  return {
    session: { run: (work) => enqueue(async () => work(all)) },
    transact: (work) =>
      enqueue(async () => {
        let live = true;
        undo = [];
        const session: MemorySession = {
          run: async (inner) => {
            if (!live) throw new Error('this store belongs to a transaction that has ended');
            return inner(all);
          },
        };
        try {
          return await work(session);
        } catch (error) {
          for (const revert of undo.reverse()) revert();
          throw error;
        } finally {
          live = false;
          undo = null;
        }
      }),
  };
}
