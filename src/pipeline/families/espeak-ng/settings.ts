import { effectOf, settingFor, type Scale } from '../scale.ts';

/**
 * What eSpeak NG's settings do, measured on one sentence of twenty words (2026-11, version 0.3.5 of the
 * package). Length at 175 words per minute divided by length at the setting, mean of es, fr, de and en-us,
 * which lie within 4 % of it up to 225 (above that Spanish lags: 1.50 at 300, where the others are at 1.70).
 */
const PACE: Scale = [
  [80, 0.465],
  [100, 0.556],
  [120, 0.674],
  [140, 0.8],
  [150, 0.854],
  [160, 0.916],
  [175, 1],
  [190, 1.088],
  [200, 1.146],
  [225, 1.279],
  [250, 1.411],
  [300, 1.654],
  [350, 1.892],
  [400, 2.107],
  [450, 2.294],
];

/** Median F0 relative to that at pitch 50, mean of the voices es, es+f2 and es+m3 (within 2 %). */
const PITCH: Scale = [
  [0, 0.676],
  [10, 0.726],
  [20, 0.776],
  [30, 0.841],
  [40, 0.912],
  [50, 1],
  [60, 1.098],
  [70, 1.212],
  [80, 1.344],
  [90, 1.492],
  [99, 1.645],
];

/** 10th to 90th percentile of F0 in semitones, relative to that at range 50. */
const RANGE: Scale = [
  [0, 0.1],
  [25, 0.65],
  [50, 1],
  [75, 1.33],
  [99, 1.62],
];

/** Median F0 relative to that at range 50: a livelier voice is a higher one. */
const RANGE_SHIFT: Scale = [
  [0, 0.855],
  [25, 0.926],
  [50, 1],
  [75, 1.078],
  [99, 1.153],
];

/** Words per minute for a pace relative to 175. */
export function espeakRate(pace: number): number {
  return Math.round(settingFor(PACE, pace));
}

/** Range 0…99 for a spread of F0 relative to the voice's own. */
export function espeakRange(relative: number): number {
  return Math.round(settingFor(RANGE, relative));
}

/** Pitch 0…99 for a median F0 relative to the voice's own, while `range` is set. */
export function espeakPitch(relative: number, range: number): number {
  return Math.round(settingFor(PITCH, relative / effectOf(RANGE_SHIFT, range)));
}
