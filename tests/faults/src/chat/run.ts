import { isDeepStrictEqual } from 'node:util';
import { createRandom } from '../random.js';
import { type Crowd, createCrowd } from './crowd.js';
import { FAULT_KINDS, type FaultKind, type Scene } from './kinds.js';
import { fetchConversation } from './recorder.js';
import { openWorld, type World } from './world.js';

/** How much is broken. */
export interface ChatFaultOptions {
  /** Faults that count. */
  readonly rounds: number;
  readonly seed: number;
  /** Milliseconds after which no further fault strikes. @default none */
  readonly budgetMs?: number;
  /** Names of kinds; null for all. */
  readonly only?: ReadonlySet<string> | null;
  /** Told after every fault. */
  readonly onRound?: (counted: number, label: string) => void;
}

/** What became of one kind of fault. */
export interface KindCount {
  readonly kind: string;
  /** Chosen. */
  readonly tried: number;
  /** Struck while a send was in flight and an event undelivered. */
  readonly counted: number;
}

/** What a run found. */
export interface ChatFaultResult {
  readonly seed: number;
  readonly kinds: readonly KindCount[];
  readonly counted: number;
  /** Every break of the promise, in words; empty when it was kept. */
  readonly violations: readonly string[];
  /** Clients that write and record. */
  readonly members: number;
  readonly messages: number;
  /** Events handled by all recorders together. */
  readonly events: number;
  /** States loaded anew because a replay was not possible. */
  readonly resets: number;
  readonly connections: number;
  /** Holes the nodes found in what came between them and filled, and events they found by comparing with the database. */
  readonly repaired: number;
  readonly seconds: number;
}

const ACCOUNTS = 6;
const CONVERSATIONS = 3;
/** Faults after which everything is compared and new conversations begin, so that states stay small. */
const CHAPTER = 50;
/** Milliseconds a fault waits for its moment. */
const MOMENT_MS = 5000;
/** Milliseconds after which what has not arrived is lost. */
const ARRIVAL_MS = 45_000;

/** Sends that are answered between two faults, at least: each meets a platform that works on. */
const APART = 2;

/** Waits for the moment of a fault and strikes. @returns what is over when the next may come; null when no moment came */
const strikeAtMoment = (kind: FaultKind, scene: Scene): Promise<{ readonly over: Promise<unknown> } | null> =>
  new Promise((resolve) => {
    const from = scene.crowd.answered + APART;
    const attempt = () => {
      if (scene.crowd.answered < from) return false;
      const struck = kind.strike(scene);
      if (struck === null) return false;
      clearTimeout(timer);
      resolve(struck);
      return true;
    };
    const timer = setTimeout(() => {
      ignore();
      resolve(null);
    }, MOMENT_MS);
    const ignore = scene.crowd.watch(attempt);
  });

/** New conversations of all members, each founded by another one. */
async function openChapter(crowd: Crowd, chapter: number): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < CONVERSATIONS; n++) {
    const owner = crowd.members[(chapter + n) % crowd.members.length]!;
    const userIds = crowd.members.filter((member) => member !== owner).map(({ id }) => id);
    const { id } = (await owner.client.call('conversations.createGroup', {
      title: `Chapter ${chapter}, ${n}`,
      userIds,
      idempotencyKey: `chapter-${chapter}-${n}`,
    })) as { readonly id: string };
    crowd.enter(id);
    ids.push(id);
  }
  return ids;
}

/** Waits until everybody has everything, then holds every state against a fresh fetch. */
async function compare(crowd: Crowd, conversations: readonly string[], deadlineMs: number): Promise<void> {
  const { members, violations } = crowd;
  for (const id of conversations) {
    const fresh = await fetchConversation(members[0]!.client, id);
    const end = performance.now() + deadlineMs;
    for (const { recorders } of members) {
      const recorder = recorders.get(id)!;
      while ((recorder.state?.offset ?? -1) < fresh.offset && performance.now() < end)
        await new Promise((resolve) => setTimeout(resolve, 10));
      const { state, name } = recorder;
      if (state === null || state.offset !== fresh.offset)
        violations.push(`${name}: stands at ${state?.offset ?? 'nothing'}, the stream at ${fresh.offset}`);
      else if (!isDeepStrictEqual(state.messages, fresh.messages) || state.lastSeq !== fresh.lastSeq)
        violations.push(`${name}: the state is not what a fresh fetch shows`);
    }
    for (let seq = 1; seq <= fresh.lastSeq; seq++)
      if (!fresh.messages.has(seq)) violations.push(`${id}: message ${seq} is missing`);
    const answered = crowd.written.filter(({ conversationId }) => conversationId === id);
    if (answered.length !== fresh.lastSeq)
      violations.push(`${id}: ${fresh.lastSeq} messages for ${answered.length} sends`);
  }
}

/** What a client had to mend itself: nothing, as a node promises order without holes or doubles on each connection. */
function checkWire({ members, violations }: Crowd): void {
  for (const { id, client } of members) {
    const { holes, duplicates } = client.stats;
    if (holes + duplicates > 0)
      violations.push(`${id}: ${holes} holes and ${duplicates} doubles on a connection`);
  }
}

/** Of the nodes as they run now: a killed one takes its counts with it. */
async function repairsOf({ nodes }: World): Promise<number> {
  const stats = await Promise.all(nodes.map((node) => node.stats()));
  return stats.reduce((sum, { hub }) => sum + hub.repairs.count + hub.missed, 0);
}

/** Breaks a working platform again and again, and checks that every follower gets everything once and in order. */
export async function runChatFaults(options: ChatFaultOptions): Promise<ChatFaultResult> {
  const { rounds, seed, only = null, budgetMs = Number.POSITIVE_INFINITY, onRound = () => {} } = options;
  const kinds = FAULT_KINDS.filter(({ name }) => only === null || only.has(name));
  if (kinds.length === 0) throw new TypeError(`there are ${FAULT_KINDS.map(({ name }) => name).join(', ')}`);
  const begin = performance.now();
  const plan = createRandom(seed);
  const counts = new Map(kinds.map(({ name }) => [name, { tried: 0, counted: 0 }]));
  const world: World = await openWorld({ nodes: 2, accounts: ACCOUNTS });
  const crowd = createCrowd(world.accounts, world.nodes, createRandom(seed + 1));
  const recovering = new Set<Promise<unknown>>();
  let counted = 0;
  const inTime = () => performance.now() - begin < budgetMs;
  const settle = () => Promise.all(recovering);

  const round = async () => {
    const kind = plan.weighted(kinds);
    const count = counts.get(kind.name)!;
    count.tried++;
    const struck = await strikeAtMoment(kind, { world, crowd, pick: plan.pick });
    if (struck === null) return;
    count.counted++;
    counted++;
    onRound(counted, kind.name);
    const over = struck.over.finally(() => recovering.delete(over));
    recovering.add(over);
    // Cuts and hints may meet what is still coming back; a second server does not fall before the first stands.
    if (kind.weight < 10) await over;
  };
  try {
    for (let chapter = 0; counted < rounds && inTime(); chapter++) {
      const conversations = await openChapter(crowd, chapter);
      crowd.start();
      const until = Math.min(rounds, counted + CHAPTER);
      for (let misses = 0; counted < until && misses < CHAPTER && inTime(); ) {
        const before = counted;
        await round();
        if (counted === before) misses++;
      }
      await settle();
      await crowd.stop();
      await compare(crowd, conversations, ARRIVAL_MS);
      if (counted < until && inTime()) crowd.violations.push(`no moment for a fault came ${CHAPTER} times`);
      if (crowd.violations.length > 0) break;
    }
    checkWire(crowd);
    const repaired = await repairsOf(world);
    return {
      seed,
      repaired,
      kinds: [...counts].map(([kind, count]) => ({ kind, ...count })),
      counted,
      violations: crowd.violations,
      members: crowd.members.length,
      messages: crowd.answered,
      events: crowd.members.reduce((sum, { client }) => sum + client.stats.events, 0),
      resets: crowd.members.reduce((sum, { client }) => sum + client.stats.resets, 0),
      connections: crowd.members.reduce((sum, { client }) => sum + client.stats.connections, 0),
      seconds: (performance.now() - begin) / 1000,
    };
  } finally {
    crowd.close();
    await settle().catch(() => {});
    await world.close();
  }
}
