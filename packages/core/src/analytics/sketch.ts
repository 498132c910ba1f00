import { type Hash64, hash64 } from './hash.js';
import { estimate, MAX_RANK, observe, REGISTERS, unite } from './hyperloglog.js';

/** Up to this many distinct ids a sketch is an exact set. */
export const EXACT_LIMIT = 256;
/** The most bytes that {@link Sketch.toBytes} can give: every register in one byte, and the form. */
export const MAX_SKETCH_BYTES = REGISTERS + 1;

/**
 * A distinct count that can be merged: the exact set of up to {@link EXACT_LIMIT} ids, and HyperLogLog (p = 14, standard
 * error 0.81 %) above. Adding is idempotent, merging is commutative and associative, and the bytes are canonical: the same
 * ids give the same bytes, in whatever order, parts and repetitions they came.
 */
export interface Sketch {
  /** Whether {@link count} is exact. */
  readonly exact: boolean;
  add(id: string): void;
  /** Takes in what another sketch has seen; the other one stays as it is. */
  merge(other: Sketch): void;
  /**
   * Takes in a sketch in its stored form, without making one of it first: the way to merge many.
   * @throws TypeError when the bytes are no sketch
   */
  mergeBytes(bytes: Uint8Array): void;
  /** The number of distinct ids: exact up to {@link EXACT_LIMIT}, the rounded estimate above. */
  count(): number;
  /** The form that is stored; {@link sketchFromBytes} reads it. */
  toBytes(): Uint8Array;
}

/** What merging two sketches needs of each other, behind the public face. */
interface State {
  /** The exact set by its high halves; empty once there are registers. */
  set: Map<number, Set<number>>;
  size: number;
  registers: Uint8Array | null;
}

const EXACT_FORM = 1;
const SPARSE_FORM = 2;
const DENSE_FORM = 3;
const states = new WeakMap<Sketch, State>();

function insert(state: State, hash: Hash64): void {
  if (state.registers !== null) {
    observe(state.registers, hash);
    return;
  }
  const lows = state.set.get(hash.high);
  if (lows === undefined) state.set.set(hash.high, new Set([hash.low]));
  else if (lows.has(hash.low)) return;
  else lows.add(hash.low);
  state.size += 1;
  if (state.size > EXACT_LIMIT) spill(state);
}

/** The change from the exact set to registers. */
function spill(state: State): void {
  const registers = new Uint8Array(REGISTERS);
  for (const hash of hashesOf(state)) observe(registers, hash);
  state.registers = registers;
  state.set = new Map();
}

function hashesOf(state: State): Hash64[] {
  const hashes: Hash64[] = [];
  for (const [high, lows] of state.set) for (const low of lows) hashes.push({ high, low });
  return hashes;
}

function exactBytes(state: State): Uint8Array {
  const hashes = hashesOf(state).sort((a, b) => a.high - b.high || a.low - b.low);
  const bytes = new Uint8Array(1 + hashes.length * 8);
  const view = new DataView(bytes.buffer);
  bytes[0] = EXACT_FORM;
  for (const [index, hash] of hashes.entries()) {
    view.setUint32(1 + index * 8, hash.high);
    view.setUint32(5 + index * 8, hash.low);
  }
  return bytes;
}

/** Three bytes for each register that was hit, or one for every register: whichever is shorter. */
function registerBytes(registers: Uint8Array): Uint8Array {
  const used = registers.reduce((sum, rank) => (rank > 0 ? sum + 1 : sum), 0);
  if (used * 3 >= REGISTERS) {
    const bytes = new Uint8Array(MAX_SKETCH_BYTES);
    bytes[0] = DENSE_FORM;
    bytes.set(registers, 1);
    return bytes;
  }
  const bytes = new Uint8Array(1 + used * 3);
  const view = new DataView(bytes.buffer);
  bytes[0] = SPARSE_FORM;
  let at = 1;
  for (const [index, rank] of registers.entries()) {
    if (rank === 0) continue;
    view.setUint16(at, index);
    view.setUint8(at + 2, rank);
    at += 3;
  }
  return bytes;
}

function sketchOf(state: State): Sketch {
  const sketch: Sketch = {
    get exact() {
      return state.registers === null;
    },
    add(id) {
      insert(state, hash64(id));
    },
    merge(other) {
      const from = states.get(other);
      if (from === undefined) throw new TypeError('not a sketch of this library');
      if (from.registers === null) for (const hash of hashesOf(from)) insert(state, hash);
      else {
        if (state.registers === null) spill(state);
        if (state.registers !== null) unite(state.registers, from.registers);
      }
    },
    mergeBytes: (bytes) => read(state, bytes),
    count: () => (state.registers === null ? state.size : Math.round(estimate(state.registers))),
    toBytes: () => (state.registers === null ? exactBytes(state) : registerBytes(state.registers)),
  };
  states.set(sketch, state);
  return sketch;
}

/** An empty sketch, or one that has seen `ids`. */
export function createSketch(ids: Iterable<string> = []): Sketch {
  const sketch = sketchOf({ set: new Map(), size: 0, registers: null });
  for (const id of ids) sketch.add(id);
  return sketch;
}

/** The union of any number of sketches, as a sketch of its own. */
export function mergeSketches(sketches: Iterable<Sketch>): Sketch {
  const union = createSketch();
  for (const sketch of sketches) union.merge(sketch);
  return union;
}

/** Whether the bytes are what {@link Sketch.toBytes} gives. */
function readable(bytes: Uint8Array): boolean {
  const length = bytes.length - 1;
  switch (bytes[0]) {
    case EXACT_FORM:
      return length % 8 === 0 && length <= EXACT_LIMIT * 8;
    case SPARSE_FORM:
      return length % 3 === 0 && length <= REGISTERS;
    case DENSE_FORM:
      return length === REGISTERS && bytes.subarray(1).every((rank) => rank <= MAX_RANK);
    default:
      return false;
  }
}

/** Adds what the stored form holds to a state. @throws TypeError when the bytes are no sketch */
function read(state: State, bytes: Uint8Array): void {
  if (!readable(bytes)) throw new TypeError('these bytes are not a sketch');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes[0] === EXACT_FORM) {
    for (let at = 1; at < bytes.length; at += 8)
      insert(state, { high: view.getUint32(at), low: view.getUint32(at + 4) });
    return;
  }
  if (state.registers === null) spill(state);
  const registers = state.registers as Uint8Array | null;
  if (registers === null) return;
  if (bytes[0] === DENSE_FORM) {
    unite(registers, bytes.subarray(1));
    return;
  }
  for (let at = 1; at < bytes.length; at += 3) {
    const index = view.getUint16(at);
    const rank = view.getUint8(at + 2);
    if (index >= REGISTERS || rank > MAX_RANK) throw new TypeError('these bytes are not a sketch');
    if (rank > (registers[index] ?? 0)) registers[index] = rank;
  }
}

/**
 * @param bytes from {@link Sketch.toBytes}; they are copied
 * @throws TypeError when they are not a sketch
 */
export function sketchFromBytes(bytes: Uint8Array): Sketch {
  const sketch = createSketch();
  sketch.mergeBytes(bytes);
  return sketch;
}
