/** Whisper's spectrogram (whisper/audio.py): it turns sound into the mel bands that the encoder reads. */

export const SAMPLE_RATE = 16_000;
/** Samples per frame, and from one frame to the next. */
export const FRAME = 400;
export const HOP = 160;
/** Frames of the spectrogram per frame of the encoder's output. */
const FRAMES_TO_ONE = 2;
/** Frequencies in a frame's spectrum. */
export const BINS = FRAME / 2 + 1;

/** Samples read by an encoder with this many output frames: half a minute for 1500. */
export function windowSamples(frames: number): number {
  return frames * FRAMES_TO_ONE * HOP;
}

/** Far below the step of a float32 of this size: engines differ in the last bit of a sine, but files must not. */
const GRAIN = 2 ** 30;
const grained = (value: number): number => Math.round(value * GRAIN) / GRAIN;

/** Real, then imaginary parts of the Fourier transform of a frame under a Hann window: `[2 × BINS, FRAME]`. */
export function fourier(): Float32Array {
  const rows = new Float32Array(2 * BINS * FRAME);
  for (let bin = 0; bin < BINS; bin++) {
    for (let sample = 0; sample < FRAME; sample++) {
      const window = 0.5 - 0.5 * Math.cos((2 * Math.PI * sample) / FRAME);
      const turn = (2 * Math.PI * ((bin * sample) % FRAME)) / FRAME;
      rows[bin * FRAME + sample] = grained(window * Math.cos(turn));
      rows[(BINS + bin) * FRAME + sample] = grained(-window * Math.sin(turn));
    }
  }
  return rows;
}

/** Triangles of equal area over the mel scale of Slaney's Auditory Toolbox, 0…8 kHz: `[BINS, bands]`. */
export function melFilters(bands: number): Float32Array {
  const top = toMel(SAMPLE_RATE / 2);
  const corners = Array.from({ length: bands + 2 }, (_, index) => toHertz((index * top) / (bands + 1)));
  const filters = new Float32Array(BINS * bands);
  for (let bin = 0; bin < BINS; bin++) {
    const hertz = (bin * SAMPLE_RATE) / FRAME;
    for (let band = 0; band < bands; band++) {
      const [low = 0, middle = 0, high = 0] = corners.slice(band, band + 3);
      const inside = Math.max(0, Math.min((hertz - low) / (middle - low), (high - hertz) / (high - middle)));
      filters[bin * bands + band] = grained((2 * inside) / (high - low));
    }
  }
  return filters;
}

/** Linear below 1 kHz, logarithmic above. */
function toMel(hertz: number): number {
  return hertz < 1000 ? (3 * hertz) / 200 : 15 + (27 * Math.log(hertz / 1000)) / Math.log(6.4);
}

function toHertz(mel: number): number {
  return mel < 15 ? (200 * mel) / 3 : 1000 * 6.4 ** ((mel - 15) / 27);
}
