/**
 * How the first and the later attempts choose tokens. The first takes the best token, with the mild penalty that most
 * of the family uses; the others sample as the multilingual model does (resemble-ai/chatterbox, mtl_tts.py: temperature
 * 0.8, min-p 0.05, penalty 2).
 */
const BEST = { penalty: 1.2 } as const;
const LOTS = { penalty: 2, temperature: 0.8, leastShare: 0.05 } as const;

/** Changes the scores of the next token, `[1, vocabulary]`, so that the highest is the one to take. */
type Choice = <Scores extends { readonly data: unknown }>(
  tokens: readonly (readonly bigint[])[],
  scores: Scores,
) => Scores;

/**
 * How an attempt chooses its speech tokens. Tokens already used are penalised, so that speech does not go round in
 * circles; the text is excluded, since its tokens use the same numbers with another meaning. The highest score after
 * adding Gumbel noise is a sample from the softmax, so greedy decoding does the rest.
 * @param prompt how many tokens are text
 * @param lots random numbers in 0…1; absent: the best token is taken
 */
export function speechChoice(prompt: number, lots: (() => number) | undefined): Choice {
  const { penalty } = lots === undefined ? BEST : LOTS;
  return ([tokens = []], scores) => {
    const data = scores.data as Float32Array;
    for (const token of new Set(tokens.slice(prompt))) {
      const score = data[Number(token)]!;
      data[Number(token)] = score < 0 ? score * penalty : score / penalty;
    }
    if (lots !== undefined) draw(data, lots);
    return scores;
  };
}

function draw(data: Float32Array, lots: () => number): void {
  const least = Math.log(LOTS.leastShare);
  const best = data.reduce((most, score) => Math.max(most, score), -Infinity);
  for (const [token, score] of data.entries()) {
    const likely = (score - best) / LOTS.temperature;
    data[token] = likely < least ? -Infinity : likely - Math.log(-Math.log(lots()));
  }
}
