import { expect, it } from 'vitest';
import { MOVES } from '../../server/jobs/lifecycle.ts';

/** Every pair of states, and the moves between them. A pair that is not named here must have none. */
const LEGAL: Record<string, string[]> = {
  'queued running': ['claim'],
  'queued failed': ['fail'],
  'queued cancelled': ['cancel'],
  // From a worker whose lease is over to the next one.
  'running running': ['claim'],
  'running queued': ['handBack', 'postpone', 'requeue'],
  'running done': ['complete'],
  'running failed': ['fail'],
  'running cancelled': ['cancel'],
  'failed queued': ['retry'],
  'cancelled queued': ['retry'],
};

const STATES = ['queued', 'running', 'done', 'failed', 'cancelled'] as const;

it.each(STATES.flatMap((from) => STATES.map((to) => [from, to] as const)))('%s → %s', (from, to) => {
  const moves = Object.entries(MOVES).filter(([, move]) => {
    const allowed: readonly string[] = move.from;
    return allowed.includes(from) && move.to === to;
  });
  expect(moves.map(([name]) => name)).toEqual(LEGAL[`${from} ${to}`] ?? []);
});

it('a job begins in line, and nothing leaves done', () => {
  expect(MOVES.create).toMatchObject({ from: [], to: 'queued', announced: true });
  const fromDone = Object.values(MOVES).filter(({ from }) => (from as readonly string[]).includes('done'));
  expect(fromDone).toEqual([]);
});
