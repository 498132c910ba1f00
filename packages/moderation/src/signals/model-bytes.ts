import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { SocialError } from '@socialkit/core';
import type { SpamModelState } from '../detectors/online/spam-model.js';

/** Bytes of a model at most once it is unpacked: ten times one of the default size. */
const MOST_BYTES = 64 * 1024 * 1024;
type Example = SpamModelState['replay'][number];

const bytesOf = (values: Float32Array | Uint32Array): Uint8Array =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength);

/**
 * A model's state as bytes: the length of a head, the head as JSON, then the numbers of the machine's order, all compressed. The
 * same state gives the same bytes.
 */
export function encodeSpamModel(state: SpamModelState): Uint8Array {
  const { weights, replay, heldBack, ...plain } = state;
  const examples = [...replay, ...heldBack];
  const head = Buffer.from(
    JSON.stringify({
      ...plain,
      bias: weights.bias,
      biasSquare: weights.biasSquare,
      replay: replay.map(({ id, label, features }) => [id, label, features.length]),
      heldBack: heldBack.map(({ id, label, features }) => [id, label, features.length]),
    }),
  );
  const length = Buffer.alloc(4);
  length.writeUInt32LE(head.length);
  // Numbers of four bytes begin where four divides.
  const gap = Buffer.alloc((4 - (head.length % 4)) % 4);
  const parts = [length, head, gap, bytesOf(weights.weights), bytesOf(weights.squares)];
  return deflateRawSync(Buffer.concat([...parts, ...examples.map(({ features }) => bytesOf(features))]), {
    level: 1,
  });
}

type Head = Omit<SpamModelState, 'weights' | 'replay' | 'heldBack'> & {
  readonly bias: number;
  readonly biasSquare: number;
  readonly replay: readonly (readonly [id: string, label: 0 | 1, length: number])[];
  readonly heldBack: Head['replay'];
};

/** @throws model.incompatible when these are not the bytes of a model */
export function decodeSpamModel(bytes: Uint8Array): SpamModelState {
  try {
    const whole = inflateRawSync(bytes, { maxOutputLength: MOST_BYTES });
    const length = whole.readUInt32LE(0);
    const { bias, biasSquare, replay, heldBack, ...plain } = JSON.parse(
      whole.toString('utf8', 4, 4 + length),
    ) as Head;
    let at = 4 + length + ((4 - (length % 4)) % 4);
    const take = (count: number): ArrayBuffer => {
      if (at + 4 * count > whole.length) throw new RangeError('cut off');
      const part = whole.buffer.slice(whole.byteOffset + at, whole.byteOffset + at + 4 * count);
      at += 4 * count;
      return part as ArrayBuffer;
    };
    const buckets = 2 ** plain.bits;
    const weights = new Float32Array(take(buckets));
    const squares = new Float32Array(take(buckets));
    const examples = (list: Head['replay']): readonly Example[] =>
      list.map(([id, label, count]) => ({ id, label, features: new Uint32Array(take(count)) }));
    return {
      ...plain,
      weights: { weights, squares, bias, biasSquare },
      replay: examples(replay),
      heldBack: examples(heldBack),
    };
  } catch (error) {
    throw new SocialError('validation', 'model.incompatible', 'these are not the bytes of a spam model', {
      cause: error,
    });
  }
}
