import type { Id } from '@socialkit/core';
import type { GraphExport } from './store.js';

/** The whole follow graph by numbers, ascending by account id: what batches work on. */
export interface BatchGraph {
  readonly ids: readonly Id[];
  readonly numberOf: ReadonlyMap<Id, number>;
  /** Followees of account `n`, newest first: `out[outStarts[n]]` up to `outStarts[n + 1]`. */
  readonly outStarts: Int32Array;
  readonly out: Int32Array;
  readonly inStarts: Int32Array;
  readonly in: Int32Array;
  readonly active: Uint8Array;
  readonly suggested: Uint8Array;
  readonly isPrivate: Uint8Array;
  /** Accounts with a block between them and `n`, and those it mutes. */
  readonly blocked: ReadonlyMap<number, ReadonlySet<number>>;
  readonly muted: ReadonlyMap<number, ReadonlySet<number>>;
  readonly marks: ReadonlyMap<number, string>;
}

const ACCOUNTS = 5000;
const LISTS = 1000;

async function* pages<Row extends { readonly id: Id }>(
  read: (after: Id | null, limit: number) => Promise<readonly Row[]>,
  limit: number,
): AsyncGenerator<readonly Row[]> {
  let after: Id | null = null;
  for (;;) {
    const page: readonly Row[] = await read(after, limit);
    if (page.length > 0) yield page;
    if (page.length < limit) return;
    after = page.at(-1)?.id ?? null;
  }
}

/** Loads the graph. About 8 bytes a follow and 100 an account. */
export async function loadGraph(source: GraphExport): Promise<BatchGraph> {
  const ids: Id[] = [];
  const flags: { readonly active: boolean; readonly suggested: boolean; readonly isPrivate: boolean }[] = [];
  for await (const page of pages((after, limit) => source.accounts(after, limit), ACCOUNTS))
    for (const account of page) {
      ids.push(account.id);
      flags.push(account);
    }
  const numberOf = new Map(ids.map((id, n) => [id, n] as const));
  const lists: Int32Array[] = [];
  const marks = new Map<number, string>();
  for await (const page of pages((after, limit) => source.followees(after, limit), LISTS))
    for (const { id, followees, mark } of page) {
      const n = numberOf.get(id);
      if (n === undefined) continue;
      lists[n] = Int32Array.from(followees.split(',').flatMap((followee) => numberOf.get(followee) ?? []));
      marks.set(n, mark);
    }
  const outStarts = new Int32Array(ids.length + 1);
  for (let n = 0; n < ids.length; n++) outStarts[n + 1] = (outStarts[n] as number) + (lists[n]?.length ?? 0);
  const out = new Int32Array(outStarts[ids.length] as number);
  for (let n = 0; n < ids.length; n++) if (lists[n]) out.set(lists[n] as Int32Array, outStarts[n]);
  const inStarts = new Int32Array(ids.length + 1);
  for (const to of out) inStarts[to + 1] = (inStarts[to + 1] as number) + 1;
  for (let n = 0; n < ids.length; n++)
    inStarts[n + 1] = (inStarts[n + 1] as number) + (inStarts[n] as number);
  const next = inStarts.slice();
  const into = new Int32Array(out.length);
  for (let from = 0; from < ids.length; from++)
    for (let at = outStarts[from] as number; at < (outStarts[from + 1] as number); at++) {
      const to = out[at] as number;
      into[next[to] as number] = from;
      next[to] = (next[to] as number) + 1;
    }
  const blocked = new Map<number, Set<number>>();
  const muted = new Map<number, Set<number>>();
  const add = (to: Map<number, Set<number>>, a: number | undefined, b: number | undefined) => {
    if (a === undefined || b === undefined) return;
    const held = to.get(a) ?? new Set();
    held.add(b);
    to.set(a, held);
  };
  for await (const page of pages((after, limit) => source.limits(after, limit), LISTS))
    for (const limits of page) {
      const n = numberOf.get(limits.id);
      for (const id of limits.blocked) {
        add(blocked, n, numberOf.get(id));
        add(blocked, numberOf.get(id), n);
      }
      for (const id of limits.muted) add(muted, n, numberOf.get(id));
    }
  return {
    ids,
    numberOf,
    outStarts,
    out,
    inStarts,
    in: into,
    active: Uint8Array.from(flags, ({ active }) => Number(active)),
    suggested: Uint8Array.from(flags, ({ suggested }) => Number(suggested)),
    isPrivate: Uint8Array.from(flags, ({ isPrivate }) => Number(isPrivate)),
    blocked,
    muted,
    marks,
  };
}
