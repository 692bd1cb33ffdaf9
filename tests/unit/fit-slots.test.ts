import type { Line } from '@octavia/pipeline';
import { slotsOf } from '@octavia/pipeline/stages/fit/slots';
import { describe, expect, it } from 'vitest';

function line(id: string, start: number, end: number, speaker = 'a'): Line {
  return { id, speaker, start, end, text: 'source', confidence: undefined };
}

describe('slotsOf', () => {
  it('ends a slot at the next line, keeps overlap of speakers as in the source, and at the end of the file', () => {
    const slots = slotsOf([line('1', 1, 2), line('2', 3, 5, 'b'), line('3', 4, 6), line('4', 9, 10)], 12);
    expect(slots.get('1')?.limit).toBe(3);
    expect(slots.get('2')?.limit).toBe(5);
    expect(slots.get('3')?.limit).toBe(9);
    expect(slots.get('4')?.limit).toBe(12);
  });
});
