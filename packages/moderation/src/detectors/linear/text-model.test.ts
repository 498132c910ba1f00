import { describe, expect, it } from 'vitest';
import { calibrated } from './calibration.js';
import { encodeWeights, hashOfWeights, packWeights, unpackModel } from './packed-model.js';
import { createTextDetector } from './text-detector.js';
import { textModel } from './weights/text-model.js';

describe('shipped text model', () => {
  it('has the weights its hash names', () => {
    expect(hashOfWeights(unpackModel(textModel).weights)).toBe(textModel.hash);
    expect(createTextDetector().weightsHash).toBe(textModel.hash);
  });

  it('is refused when a weight was changed', () => {
    const { weights } = unpackModel(textModel);
    const changed = weights.slice();
    changed[7] = changed[7]! ^ 1;
    expect(() => unpackModel({ ...textModel, weights: encodeWeights(changed) })).toThrow(
      expect.objectContaining({ code: 'model.corrupt' }),
    );
    expect(() => unpackModel({ ...textModel, weights: 'AAAA' })).toThrow(
      expect.objectContaining({ code: 'model.corrupt' }),
    );
  });

  it('has calibration tables that rise', () => {
    for (const { calibration } of textModel.heads) {
      for (let at = 1; at < calibration.raw.length; at += 1) {
        expect(calibration.raw[at]!).toBeGreaterThan(calibration.raw[at - 1]!);
        expect(calibration.score[at]!).toBeGreaterThan(calibration.score[at - 1]!);
      }
      expect(calibrated(calibration, Number.NEGATIVE_INFINITY)).toBeGreaterThan(0);
      expect(calibrated(calibration, Number.POSITIVE_INFINITY)).toBeLessThan(1);
    }
  });

  it('loses at most half a step by packing', () => {
    const weights = Float32Array.from([0.5, -0.3, 0.001, 1]);
    const { bytes, scales } = packWeights(weights, 2);
    weights.forEach((weight, at) => {
      expect(Math.abs(bytes[at]! * scales[at % 2]! - weight)).toBeLessThanOrEqual(scales[at % 2]! * 0.501);
    });
  });
});
