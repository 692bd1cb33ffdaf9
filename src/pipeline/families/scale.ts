/** A measured curve: pairs of setting and effect, both rising. */
export type Scale = readonly (readonly [setting: number, effect: number])[];

/** The setting that has this effect, linear between the measured points, the nearest end beyond them. */
export function settingFor(scale: Scale, effect: number): number {
  return interpolate(
    scale.map(([setting, measured]) => [measured, setting] as const),
    effect,
  );
}

/** The effect of this setting, likewise. */
export function effectOf(scale: Scale, setting: number): number {
  return interpolate(scale, setting);
}

function interpolate(points: Scale, x: number): number {
  const after = points.findIndex(([at]) => at >= x);
  const [x1, y1] = points[after] ?? points.at(-1) ?? [0, 0];
  const [x0, y0] = points[after - 1] ?? [x1, y1];
  return x1 === x0 || x >= x1 ? y1 : y0 + ((y1 - y0) * (x - x0)) / (x1 - x0);
}
