import { createHash } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { SocialError } from '@socialkit/core';
import type { CalibrationTable } from './calibration.js';

/** One category's part of a model. */
export interface ModelHead {
  readonly name: string;
  readonly bias: number;
  /** Weight of one step of the small integers. */
  readonly scale: number;
  readonly calibration: CalibrationTable;
}

/** A linear model as it is shipped: text, small enough for a source file. */
export interface PackedModel {
  readonly id: string;
  readonly version: string;
  /** Power of two of the buckets. */
  readonly bits: number;
  readonly heads: readonly ModelHead[];
  /** SHA-256 of the unpacked weights, hex. */
  readonly hash: string;
  /** Signed bytes, one per bucket and head, deflated, base64. */
  readonly weights: string;
}

/** A model ready to score. */
export interface LinearModel {
  readonly packed: PackedModel;
  readonly buckets: number;
  readonly heads: readonly ModelHead[];
  /** `weights[bucket * heads.length + head]`, in steps of the head's scale. */
  readonly weights: Int8Array;
}

/** Makes weights small: signed bytes in steps of a head's largest weight; what is below half a step becomes zero. */
export function packWeights(
  weights: Float32Array,
  heads: number,
): { readonly bytes: Int8Array; readonly scales: readonly number[] } {
  const scales = new Array<number>(heads).fill(0);
  for (let at = 0; at < weights.length; at += 1) {
    const head = at % heads;
    scales[head] = Math.max(scales[head]!, Math.abs(weights[at]!));
  }
  for (let head = 0; head < heads; head += 1) scales[head] = Math.fround((scales[head]! || 1) / 127);
  const bytes = new Int8Array(weights.length);
  for (let at = 0; at < weights.length; at += 1) bytes[at] = Math.round(weights[at]! / scales[at % heads]!);
  return { bytes, scales };
}

export const hashOfWeights = (bytes: Int8Array): string =>
  createHash('sha256')
    .update(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength))
    .digest('hex');

export const encodeWeights = (bytes: Int8Array): string =>
  deflateRawSync(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength), { level: 9 }).toString(
    'base64',
  );

/**
 * Unpacks a model and checks that its weights are those its hash names.
 *
 * @throws model.corrupt
 */
export function unpackModel(packed: PackedModel): LinearModel {
  const buckets = 2 ** packed.bits;
  const corrupt = () =>
    new SocialError('internal', 'model.corrupt', `the weights of ${packed.id} are damaged`);
  let inflated: Buffer;
  try {
    inflated = inflateRawSync(Buffer.from(packed.weights, 'base64'), {
      maxOutputLength: buckets * packed.heads.length,
    });
  } catch {
    throw corrupt();
  }
  const weights = new Int8Array(inflated);
  if (weights.length !== buckets * packed.heads.length || hashOfWeights(weights) !== packed.hash)
    throw corrupt();
  return { packed, buckets, heads: packed.heads, weights };
}
