/** A logistic curve over raw scores. */
export interface Platt {
  readonly slope: number;
  readonly offset: number;
}

/** Fits slope and offset by Newton's method with a pull towards slope 1, offset 0 (Platt 1999, smoothed targets). */
export function fitPlatt(judged: readonly { readonly raw: number; readonly positive: boolean }[]): Platt {
  let slope = 1;
  let offset = 0;
  const positives = judged.filter(({ positive }) => positive).length;
  const high = (positives + 1) / (positives + 2);
  const low = 1 / (judged.length - positives + 2);
  for (let round = 0; round < 30; round += 1) {
    let gradientSlope = slope - 1;
    let gradientOffset = offset * 0.05;
    let slopes = 1;
    let offsets = 0.05;
    let both = 0;
    for (const { raw, positive } of judged) {
      const score = 1 / (1 + Math.exp(-(slope * raw + offset)));
      const error = score - (positive ? high : low);
      const spread = Math.max(1e-6, score * (1 - score));
      gradientSlope += error * raw;
      gradientOffset += error;
      slopes += spread * raw * raw;
      offsets += spread;
      both += spread * raw;
    }
    const determinant = slopes * offsets - both * both;
    if (determinant < 1e-9) break;
    const stepSlope = (offsets * gradientSlope - both * gradientOffset) / determinant;
    const stepOffset = (slopes * gradientOffset - both * gradientSlope) / determinant;
    slope = Math.max(0.05, slope - stepSlope);
    offset -= stepOffset;
    if (Math.abs(stepSlope) + Math.abs(stepOffset) < 1e-7) break;
  }
  return { slope, offset };
}

/** The probability of a raw score; without a fit the plain logistic curve. */
export const plattOf = (platt: Platt | null, raw: number): number =>
  1 / (1 + Math.exp(-(platt ? platt.slope * raw + platt.offset : raw)));
