/** Pieces of a sound as one. */
export function joinedPlanes(parts: readonly (readonly Float32Array[])[], channels: number): Float32Array[] {
  const frames = parts.reduce((sum, [plane]) => sum + (plane?.length ?? 0), 0);
  return Array.from({ length: channels }, (_, channel) => {
    const whole = new Float32Array(frames);
    let at = 0;
    for (const part of parts) {
      whole.set(part[channel] ?? [], at);
      at += part[channel]?.length ?? 0;
    }
    return whole;
  });
}
