import type { Candidate } from './candidates.ts';
import { endsInLoop, mostRepeats } from './loops.ts';

/** One finished translation of a sentence, as token ids without start and end tokens. */
export interface Hypothesis {
  readonly tokens: readonly number[];
  /** Sum of the log-probabilities of its tokens and the end token. */
  readonly logProb: number;
  /** It was cut off because it became too long. */
  readonly truncated: boolean;
  /** A loop was removed while it was generated. */
  readonly looped: boolean;
}

export interface BeamSettings {
  /** 1 is greedy. */
  readonly beams: number;
  /** Exponent of the length by which a hypothesis's log-probability is divided; above 1 favours long ones. */
  readonly lengthPenalty: number;
  readonly endToken: number;
}

interface Beam {
  readonly tokens: readonly number[];
  readonly logProb: number;
  readonly looped: boolean;
  /** Row of the last step that it continues. */
  readonly row: number;
}

/**
 * The search for one sentence: its open beams and finished hypotheses. As in Hugging Face's `generate`: of the 2k best
 * continuations, ends among the best k finish a hypothesis and the k best others continue; it is done when k are
 * finished and no open beam can beat the worst of them.
 */
export class BeamSearch {
  readonly #settings: BeamSettings;
  readonly #longest: number;
  readonly #allowedRepeats: number;
  readonly #finished: Hypothesis[] = [];
  #beams: readonly Beam[];
  #done = false;

  /** @param row of the first step @param longest most tokens in the output */
  constructor(settings: BeamSettings, source: readonly number[], longest: number, row: number) {
    this.#settings = settings;
    this.#longest = longest;
    this.#allowedRepeats = mostRepeats(source);
    this.#beams = [{ tokens: [], logProb: 0, looped: false, row }];
  }

  get beams(): readonly Beam[] {
    return this.#beams;
  }

  get done(): boolean {
    return this.#done;
  }

  /** @param rowOf the row of each open beam's next step, in the order of `beams` */
  placed(rowOf: (index: number) => number): void {
    this.#beams = this.#beams.map((beam, index) => ({ ...beam, row: rowOf(index) }));
  }

  /** Takes a step. @param candidates continuations of the open beams, any order, at least 2k where possible */
  advance(candidates: readonly Candidate[]): void {
    const { beams: wanted, endToken } = this.#settings;
    const ranked = [...candidates].sort((a, b) => b.logProb - a.logProb);
    const parents = new Map(this.#beams.map((beam) => [beam.row, beam]));
    const open: Beam[] = [];
    const cut = new Set<Beam>();
    let rank = 0;
    for (const candidate of ranked) {
      const parent = parents.get(candidate.row);
      if (parent === undefined || candidate.logProb === -Infinity) continue;
      if (candidate.token === endToken) {
        if (rank++ < wanted) this.#finish(parent, candidate.logProb, false);
        if (wanted === 1 && open.length === 0) break;
        continue;
      }
      const tokens = [...parent.tokens, candidate.token];
      if (endsInLoop(tokens, this.#allowedRepeats)) {
        cut.add(parent);
        continue;
      }
      rank++;
      const looped = parent.looped || cut.has(parent);
      open.push({ tokens, logProb: candidate.logProb, looped, row: parent.row });
      if (open.length === wanted) break;
    }
    this.#close(open, [...cut]);
  }

  /** Best first by score; at least one once done. */
  hypotheses(): Hypothesis[] {
    return [...this.#finished].sort((a, b) => this.#score(b) - this.#score(a));
  }

  #close(open: readonly Beam[], cut: readonly Beam[]): void {
    const stuck = open.length === 0 && this.#finished.length === 0 ? cut : [];
    for (const beam of stuck) this.#finish({ ...beam, looped: true }, beam.logProb, true);
    const tooLong = open.length > 0 && (open[0]?.tokens.length ?? 0) >= this.#longest;
    if (tooLong && this.#finished.length === 0) {
      for (const beam of open) this.#finish(beam, beam.logProb, true);
    }
    this.#beams = open;
    this.#done = open.length === 0 || tooLong || this.#cannotImprove(open);
  }

  #finish(beam: Beam, logProb: number, truncated: boolean): void {
    this.#finished.push({ tokens: beam.tokens, logProb, truncated, looped: beam.looped });
  }

  #cannotImprove(open: readonly Beam[]): boolean {
    const { beams: wanted } = this.#settings;
    if (this.#finished.length < wanted) return false;
    if (wanted === 1) return true;
    const worst = this.hypotheses()[wanted - 1];
    const best = open[0];
    if (worst === undefined || best === undefined) return true;
    return this.#score(worst) >= this.#score(best);
  }

  #score({ tokens, logProb }: { tokens: readonly number[]; logProb: number }): number {
    return logProb / Math.max(1, tokens.length + 1) ** this.#settings.lengthPenalty;
  }
}
