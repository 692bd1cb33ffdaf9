/** The pieces one after another. */
export function joinedBytes(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  lay(pieces, whole, 0);
  return whole;
}

/** The pieces one after another. @param pause samples of silence between two of them */
export function joinedSamples(pieces: readonly Float32Array[], pause = 0): Float32Array {
  const silence = pause * Math.max(0, pieces.length - 1);
  const whole = new Float32Array(pieces.reduce((sum, { length }) => sum + length, silence));
  lay(pieces, whole, pause);
  return whole;
}

function lay<Piece extends Uint8Array | Float32Array>(
  pieces: readonly Piece[],
  whole: Piece,
  gap: number,
): void {
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length + gap;
  }
}
