import { cutPlane, luminanceOf, mirrorPlane, type Picture, type Plane } from '../picture.js';
import { lowCoefficients, TURNINGS, type Turning, turned } from './dct.js';
import { shrinkBySmoothing } from './jarosz.js';
import { hashOfCoefficients, PDQ_PLAIN, type PdqHash, qualityOf } from './pdq-hash.js';
import { withoutBorder } from './trim.js';

/** The hash of a picture, or of a variant of it. */
export interface Fingerprint {
  readonly hash: PdqHash;
  /** What was done to the picture before, for example `turned by 90°, without its border`. */
  readonly variant: string;
}

/** A picture as banks look for it. */
export interface PictureFingerprints {
  /** 0 to 100; at {@link PDQ_PLAIN} or less there are no fingerprints. */
  readonly quality: number;
  /** The picture as it is first. */
  readonly fingerprints: readonly Fingerprint[];
}

const WITHOUT_BORDER = 'without its border';

/** Shares of each side that are cut off or, below zero, added in mirror image. */
const CUTS: readonly (readonly [share: number, name: string])[] = [
  [0.05, 'its centre'],
  [0.025, 'its wide centre'],
  [-0.0125, 'slightly enlarged'],
  [-0.026, 'enlarged'],
  [-0.055, 'much enlarged'],
];

const TRANSPOSED = TURNINGS.find(
  ({ transposed, mirroredAcross, mirroredDown }) => transposed && !mirroredAcross && !mirroredDown,
)!;

const variantOf = ({ name }: Turning, change: string): string =>
  change === '' ? name : `${name}, ${change}`;

function hashesOf(plane: Plane, name: string): { quality: number; fingerprints: Fingerprint[] } {
  const small = shrinkBySmoothing(plane);
  const kept = lowCoefficients(small);
  return {
    quality: qualityOf(small),
    fingerprints: TURNINGS.map((turning) => ({
      hash: hashOfCoefficients(turned(kept, turning)),
      variant: variantOf(turning, name),
    })),
  };
}

/**
 * The mirrored turnings once more, out of mirrored planes. PDQ samples half a pixel beside the middle, so of a small picture the
 * turned coefficients are some bits away from those of the turned picture.
 */
function mirroredHashes(plane: Plane, name: string): Fingerprint[] {
  return TURNINGS.filter(({ transposed }) => !transposed)
    .slice(1)
    .flatMap((mirror) => {
      const { mirroredAcross: across, mirroredDown: down } = mirror;
      const kept = lowCoefficients(shrinkBySmoothing(mirrorPlane(plane, across, down)));
      // What is mirrored across before rows and columns change places is mirrored down after it.
      const other = TURNINGS.find(
        (one) => one.transposed && one.mirroredAcross === down && one.mirroredDown === across,
      )!;
      return [
        { hash: hashOfCoefficients(kept), variant: variantOf(mirror, name) },
        { hash: hashOfCoefficients(turned(kept, TRANSPOSED)), variant: variantOf(other, name) },
      ];
    });
}

/** Variants that a bank keeps of a picture it is shown: of them a cut copy of the picture is found for sure. */
const KEPT: ReadonlySet<string> = new Set(
  ['', WITHOUT_BORDER, 'its centre', 'its wide centre'].map((name) => variantOf(TURNINGS[0]!, name)),
);

/** Of all fingerprints of a picture those that a bank should keep. */
export const keptFingerprints = (fingerprints: readonly Fingerprint[]): readonly Fingerprint[] =>
  fingerprints.filter(({ variant }) => KEPT.has(variant));

/** The hash of a picture as it is, as PDQ gives it. */
export function pdqOf(picture: Picture): { readonly hash: PdqHash; readonly quality: number } {
  const small = shrinkBySmoothing(luminanceOf(picture));
  return { hash: hashOfCoefficients(lowCoefficients(small)), quality: qualityOf(small) };
}

/**
 * All that a picture is looked for by: it and its seven other turnings, each also without its plain border, of its centre (a
 * bank may know a cut copy) and enlarged in mirror image (the picture may be the cut copy). A variant that is too plain is left
 * out.
 */
export function fingerprintsOf(picture: Picture): PictureFingerprints {
  const plane = luminanceOf(picture);
  const whole = hashesOf(plane, '');
  if (whole.quality <= PDQ_PLAIN) return { quality: whole.quality, fingerprints: [] };
  const fingerprints = [...whole.fingerprints, ...mirroredHashes(plane, '')];
  const add = (variant: Plane, name: string): boolean => {
    const found = hashesOf(variant, name);
    if (found.quality > PDQ_PLAIN) fingerprints.push(...found.fingerprints);
    return found.quality > PDQ_PLAIN;
  };
  const trimmed = withoutBorder(plane);
  if (trimmed && add(trimmed, WITHOUT_BORDER)) {
    fingerprints.push(...mirroredHashes(trimmed, WITHOUT_BORDER));
  }
  for (const [share, name] of CUTS) {
    const across = Math.round(plane.width * share);
    const down = Math.round(plane.height * share);
    if (across === 0 && down === 0) continue;
    add(cutPlane(plane, across, down, plane.width - 2 * across, plane.height - 2 * down), name);
  }
  return { quality: whole.quality, fingerprints };
}
