type Rgb = readonly [number, number, number];

export const WIDTH = 960;
export const HEIGHT = 540;
export const FRAME_RATE = 24;

const HORIZON = Math.round(HEIGHT * 0.56);
const STARS = Array.from({ length: 70 }, (_, i) => ({
  x: Math.floor(noise(i) * WIDTH),
  y: Math.floor(noise(i + 0.5) * HORIZON * 0.75),
  phase: noise(i + 0.25) * 6,
}));

/** One frame of a sunset at sea, RGB24. `at` runs from 0 (evening) to 1 (night); `time` in seconds. */
export function frame(at: number, time: number): Uint8Array {
  const pixels = new Uint8Array(WIDTH * HEIGHT * 3);
  sky(pixels, at);
  stars(pixels, at, time);
  sun(pixels, at);
  for (let layer = 0; layer < 4; layer++) {
    if (layer === 2) boat(pixels, at, time);
    wave(pixels, layer, at, time);
  }
  return pixels;
}

function sky(pixels: Uint8Array, at: number): void {
  const top = mix([38, 62, 110], [8, 14, 34], at);
  const low = mix([250, 176, 120], [58, 44, 86], at);
  for (let y = 0; y < HORIZON + 30; y++) {
    const colour = mix(top, low, Math.min(1, (y / HORIZON) ** 1.6));
    for (let x = 0; x < WIDTH; x++) put(pixels, x, y, colour, 1);
  }
}

function stars(pixels: Uint8Array, at: number, time: number): void {
  const dark = Math.max(0, at - 0.45) / 0.55;
  for (const { x, y, phase } of STARS) {
    put(pixels, x, y, [255, 250, 235], dark * (0.55 + 0.35 * Math.sin(time * 1.7 + phase)));
  }
}

function sun(pixels: Uint8Array, at: number): void {
  const centre = { x: WIDTH * 0.64, y: HORIZON - 120 + 230 * at };
  const radius = 58;
  for (let y = 0; y < HORIZON + 20; y++) {
    for (let x = 300; x < 930; x++) {
      const distance = Math.hypot(x - centre.x, y - centre.y);
      const disc = Math.min(1, Math.max(0, radius - distance));
      const glow = 0.5 * Math.exp(-((distance / 150) ** 2)) * (1 - 0.7 * at);
      put(pixels, x, y, mix([255, 214, 150], [255, 132, 96], at), Math.max(disc, glow));
    }
  }
}

function wave(pixels: Uint8Array, layer: number, at: number, time: number): void {
  const base = HORIZON + layer * layer * 17 + layer * 8;
  const colour = mix(mix([214, 122, 104], [28, 64, 92], 0.3 + layer * 0.22), [10, 20, 40], 0.15 + 0.55 * at);
  for (let x = 0; x < WIDTH; x++) {
    const top = base + swell(x, layer, time);
    for (let y = Math.max(0, Math.floor(top)); y < HEIGHT; y++) {
      put(pixels, x, y, colour, Math.min(1, y + 1 - top));
    }
    put(pixels, x, Math.floor(top) + 1, [255, 206, 170], 0.2 * (1 - at));
  }
}

function swell(x: number, layer: number, time: number): number {
  const size = 2 + 3.5 * layer;
  const drift = time * (0.35 + 0.2 * layer);
  return (
    size * (Math.sin(x / (70 + 38 * layer) + drift) + 0.5 * Math.sin(x / (31 + 17 * layer) - 0.7 * drift))
  );
}

/** A small sailing boat that rides the second wave from left to right. */
function boat(pixels: Uint8Array, at: number, time: number): void {
  const x0 = WIDTH * (0.2 + 0.22 * at);
  const y0 = HORIZON + 22 + swell(x0, 1, time);
  const dark = mix([46, 34, 52], [12, 14, 28], at);
  for (let y = -92; y <= 12; y++) {
    for (let x = -46; x <= 46; x++) {
      const hull = y >= 0 && Math.abs(x) < 40 - y * 1.3;
      const mast = Math.abs(x) < 1.5 && y < 0;
      const main = x > 3 && x < (y + 88) * 0.44 && y < -8 && y > -88;
      const jib = x < -3 && -x < (y + 76) * 0.36 && y < -8 && y > -76;
      if (!hull && !mast && !main && !jib) continue;
      const sail = mix([255, 236, 214], [120, 112, 140], at);
      put(pixels, Math.round(x0 + x), Math.round(y0 + y), main || jib ? sail : dark, 1);
    }
  }
}

function put(pixels: Uint8Array, x: number, y: number, colour: Rgb, alpha: number): void {
  if (alpha <= 0 || x < 0 || y < 0 || x >= WIDTH || y >= HEIGHT) return;
  const i = (y * WIDTH + x) * 3;
  for (let c = 0; c < 3; c++) {
    const under = pixels[i + c] ?? 0;
    pixels[i + c] = under + ((colour[c] ?? 0) - under) * Math.min(1, alpha);
  }
}

function mix(a: Rgb, b: Rgb, share: number): Rgb {
  return [a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share, a[2] + (b[2] - a[2]) * share];
}

/** The same scatter each time: the fractional part of a large sine. */
function noise(seed: number): number {
  const value = Math.sin(seed * 127.1 + 311.7) * 43758.5453;
  return value - Math.floor(value);
}
