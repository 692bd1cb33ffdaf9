import { settingFor, type Scale } from '../scale.ts';

/**
 * Kokoro's input `speed` and the resulting tempo: length of the speech at 1 divided by its length at the setting
 * (2026-11, 8-bit graph). Its lengths are whole frames for each sound, so the tempo moves in jumps.
 */
const TEMPO: Scale = [
  [0.85, 0.866],
  [0.9, 0.925],
  [1, 1],
  [1.05, 1.039],
  [1.1, 1.073],
  [1.2, 1.185],
  [1.25, 1.226],
  [1.3, 1.297],
  [1.35, 1.47],
  [1.4, 1.535],
  [1.5, 1.655],
];

/** Speech stays intelligible up to here. */
const FASTEST = 1.6;

/** The `speed` at which Kokoro speaks at this tempo, 0.866…1.6; beyond them the nearest. */
export function kokoroSpeed(tempo: number): number {
  return settingFor(TEMPO, Math.min(tempo, FASTEST));
}
