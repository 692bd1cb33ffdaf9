/** Half-precision floats (IEEE 754 binary16) as 16-bit integers, and back. */

/** The value of each of the 65,536 halves. */
const VALUES = Float32Array.from({ length: 65_536 }, (_, bits) => valueOf(bits));

function valueOf(bits: number): number {
  const sign = bits & 0x80_00 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

export function valueOfHalf(bits: number): number {
  return VALUES[bits] as number;
}

export function floatsOfHalves(halves: Uint16Array): Float32Array {
  // Not `from`, which builds a list first: there are tens of millions.
  const values = new Float32Array(halves.length);
  for (let index = 0; index < halves.length; index++)
    values[index] = VALUES[halves[index] as number] as number;
  return values;
}

/** Rounds to nearest, ties to even. Values that are too large become infinite. */
export function halfOf(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x80_00 : 0;
  const size = Math.abs(value);
  if (Number.isNaN(value)) return 0x7e_00;
  if (size >= 65_520) return sign | 0x7c_00;
  const exponent = Math.max(-14, Math.floor(Math.log2(size)));
  const unit = 2 ** (exponent - 10);
  // Counted in units of the last place, neighbouring values have neighbouring bits, across exponents too.
  const steps = toEven(size / unit);
  return sign | (size < 2 ** -14 ? steps : ((exponent + 15) << 10) + steps - 1024);
}

function toEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}

export function halvesOf(values: Float32Array): Uint16Array {
  const halves = new Uint16Array(values.length);
  for (let index = 0; index < values.length; index++) halves[index] = halfOf(values[index] as number);
  return halves;
}
