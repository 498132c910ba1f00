import { createRealtimeClient, type RealtimeClient } from '@socialkit/client';
import type { Random } from '../random.js';
import type { Node } from './nodes.js';
import { createRecorder, type Recorder } from './recorder.js';
import { createSockets, type Sockets } from './sockets.js';

/** An account with a client that records. */
export interface Member {
  readonly id: string;
  readonly client: RealtimeClient;
  readonly sockets: Sockets;
  /** By conversation. */
  readonly recorders: Map<string, Recorder>;
  /** Sends without an answer. */
  inFlight: number;
}

/** What was written and answered. */
export interface Written {
  readonly conversationId: string;
  readonly seq: number;
  readonly author: Member;
}

/** Members who write, and what they know. */
export interface Crowd {
  readonly members: readonly Member[];
  readonly violations: string[];
  /** By conversation: the newest message whose writing was answered. */
  readonly committed: Map<string, number>;
  readonly written: Written[];
  readonly answered: number;
  /** Sends under way of all members. */
  inFlight(): number;
  /** Whether a member has not been told of a message that is committed. */
  lags(member: Member): boolean;
  /** Whether clients of several nodes follow a conversation, and some have not been told of an event of it. */
  awaits(conversationId: string, offset: number): boolean;
  /** Runs `check` at every answer and every event until it returns true. */
  watch(check: () => boolean): () => void;
  /** Lets everybody follow a new conversation. */
  enter(conversationId: string): void;
  /** Sends members back to a node that is up again. */
  goHome(): void;
  /** Begins and ends writing; the end resolves when everything was answered. */
  start(): void;
  stop(): Promise<void>;
  close(): void;
}

/** Writers of each member: sends under way at a time. */
const WRITERS = 2;
/** Milliseconds between two sends of a writer, at most. */
const PAUSE_MS = 60;
const EXPECTED = /^(message\.(not_found|deleted|not_editable)|conversation\.not_found)/;

export function createCrowd(ids: readonly string[], nodes: readonly Node[], random: Random): Crowd {
  const violations: string[] = [];
  const committed = new Map<string, number>();
  const written: Written[] = [];
  const places = new Set<string>();
  const watches = new Set<() => boolean>();
  let conversations: string[] = [];
  let writing = false;
  let running: Promise<void>[] = [];
  let answered = 0;
  let texts = 0;

  const violation = (text: string) => void violations.push(text);
  const look = () => {
    for (const check of watches) if (check()) watches.delete(check);
  };
  /** Members live on all nodes; now and then one is elsewhere, and all are where a node is up. */
  const urlOf = (member: number): string => {
    const up = nodes.filter((node) => node.up);
    const home = nodes[member % nodes.length]!;
    if (up.length === 0) return home.url;
    return home.up && random.next() < 0.8 ? home.url : random.pick(up).url;
  };
  const members = ids.map((id, n): Member => {
    const sockets = createSockets();
    const client = createRealtimeClient({
      url: () => urlOf(n),
      token: id,
      WebSocket: sockets.WebSocket,
      minMs: 10,
      maxMs: 300,
      connectTimeoutMs: 5000,
      pace: { burst: 1000, perSecond: 1000 },
    });
    return { id, client, sockets, recorders: new Map(), inFlight: 0 };
  });

  const lags = ({ recorders }: Member) =>
    [...recorders].some(([id, { state }]) => state !== null && state.lastSeq < (committed.get(id) ?? 0));

  const send = async (member: Member, conversationId: string) => {
    member.inFlight++;
    try {
      const sent = (await member.client.send({
        op: 'messages.send',
        lane: `${conversationId} ${random.pick([0, 1])}`,
        input: { conversationId, clientId: crypto.randomUUID(), text: `words ${++texts}` },
      })) as { readonly message: { readonly seq: number } };
      const { seq } = sent.message;
      const place = `${conversationId} ${seq}`;
      if (places.has(place)) violation(`message ${seq} answers two sends`);
      places.add(place);
      written.push({ conversationId, seq, author: member });
      committed.set(conversationId, Math.max(seq, committed.get(conversationId) ?? 0));
      answered++;
    } catch (error) {
      violation(`a send was refused: ${String(error)}`);
    } finally {
      member.inFlight--;
    }
    look();
  };
  /** Something that changes a message that is there. */
  const change = async (member: Member) => {
    const recent = written.slice(-40).filter(({ conversationId }) => conversations.includes(conversationId));
    const own = recent.filter(({ author }) => author === member);
    const act = random.weighted([
      {
        weight: own.length > 0 ? 3 : 0,
        op: 'messages.edit',
        of: own,
        more: { text: `other words ${++texts}` },
      },
      { weight: own.length > 0 ? 1 : 0, op: 'messages.delete', of: own, more: {} },
      { weight: recent.length > 0 ? 3 : 0, op: 'messages.react', of: recent, more: { kind: 'like' } },
    ]);
    if (act.of.length === 0) return;
    const { conversationId, seq } = random.pick(act.of);
    try {
      await member.client.call(
        act.op,
        { conversationId, seq, ...act.more },
        { repeat: true, deadlineMs: 120_000 },
      );
    } catch (error) {
      if (!EXPECTED.test((error as { code?: string }).code ?? '')) violation(`${act.op}: ${String(error)}`);
    }
  };
  const write = async (member: Member) => {
    while (writing) {
      if (random.next() < 0.8) await send(member, random.pick(conversations));
      else await change(member);
      await new Promise((resolve) => setTimeout(resolve, random.next() * PAUSE_MS));
    }
  };

  return {
    members,
    violations,
    committed,
    written,
    get answered() {
      return answered;
    },
    inFlight: () => members.reduce((sum, { inFlight }) => sum + inFlight, 0),
    lags,
    awaits(conversationId, offset) {
      const open = members.filter(({ client }) => client.state === 'open');
      if (new Set(open.map(({ sockets }) => sockets.url)).size < 2) return false;
      return open.some(({ recorders }) => {
        const state = recorders.get(conversationId)?.state;
        return state !== undefined && state !== null && state.offset < offset;
      });
    },
    watch(check) {
      watches.add(check);
      return () => watches.delete(check);
    },
    enter(conversationId) {
      conversations.push(conversationId);
      for (const { id, client, recorders } of members) {
        const name = `${id} in ${conversationId}`;
        const recorder = createRecorder({ name, conversationId, client, violation, seen: look });
        recorders.set(conversationId, recorder);
        client.follow(`conversation:${conversationId}`, recorder);
      }
    },
    goHome() {
      for (const [n, { client, sockets }] of members.entries())
        if (sockets.url !== nodes[n % nodes.length]!.url) client.reconnect();
    },
    start() {
      writing = true;
      running = members.flatMap((member) => Array.from({ length: WRITERS }, () => write(member)));
    },
    async stop() {
      writing = false;
      await Promise.all(running);
    },
    close() {
      conversations = [];
      for (const { client } of members) client.close();
    },
  };
}
