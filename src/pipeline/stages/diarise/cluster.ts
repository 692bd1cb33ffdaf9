/**
 * As in the pipeline pyannote/speaker-diarization-3.1, which was tuned with these two models: centroid linkage
 * of unit vectors, merged up to this Euclidean distance.
 */
const THRESHOLD = 0.7045654963945799;
/**
 * A cluster of fewer vectors joins the nearest larger one: two windows, since a line of a few seconds is heard in two
 * (the pipeline requires 12 of its windows, which come five times as often), or a tenth of a short file's.
 */
const LEAST_VECTORS = 2;
export const MOST_SPEAKERS = 9;
/** Let the host handle pending events after this many merges. */
const MERGES_PER_BREATH = 32;

interface Cluster {
  readonly members: number[];
  /** Sum of its members, each of length 1. */
  readonly sum: Float64Array;
  nearest: Cluster | undefined;
  distance: number;
}

/**
 * Which vectors come from the same voice, by agglomerative clustering.
 * @param vectors one per stretch of speech, of any length but none of them 0
 * @returns a cluster number for each vector, 0 up to MOST_SPEAKERS − 1
 */
export async function clusterVoices(
  vectors: readonly Float32Array[],
  breathe: () => Promise<void> = () => Promise.resolve(),
): Promise<number[]> {
  const clusters = new Set(vectors.map((vector, index) => single(vector, index)));
  for (const cluster of clusters) findNearest(cluster, clusters);
  let merges = 0;
  const least = Math.min(LEAST_VECTORS, Math.max(1, Math.round(vectors.length / 10)));
  for (;;) {
    const closest = [...clusters].reduce<Cluster | undefined>(
      (best, cluster) => (best === undefined || cluster.distance < best.distance ? cluster : best),
      undefined,
    );
    if (closest?.nearest === undefined || closest.distance > THRESHOLD) break;
    merge(closest, closest.nearest, clusters);
    if (++merges % MERGES_PER_BREATH === 0) await breathe();
  }
  await absorb(clusters, least);
  const labels = vectors.map(() => 0);
  [...clusters].forEach(({ members }, label) => members.forEach((index) => (labels[index] = label)));
  return labels;
}

/** Cosine similarity, −1…1. */
export function similarity(a: Float32Array, b: Float32Array): number {
  let [product, lengthA, lengthB] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i]!, b[i]!];
    product += x * y;
    lengthA += x * x;
    lengthB += y * y;
  }
  return product / Math.max(Math.sqrt(lengthA * lengthB), Number.MIN_VALUE);
}

function single(vector: Float32Array, index: number): Cluster {
  const length = Math.sqrt(vector.reduce((sum, x) => sum + x * x, 0));
  const sum = Float64Array.from(vector, (x) => x / Math.max(length, Number.MIN_VALUE));
  return { members: [index], sum, nearest: undefined, distance: Infinity };
}

/** Euclidean distance of the centroids. */
function distance(a: Cluster, b: Cluster): number {
  const [countA, countB] = [a.members.length, b.members.length];
  let squares = 0;
  for (let i = 0; i < a.sum.length; i++) {
    squares += (a.sum[i]! / countA - b.sum[i]! / countB) ** 2;
  }
  return Math.sqrt(squares);
}

function findNearest(cluster: Cluster, clusters: ReadonlySet<Cluster>): void {
  cluster.nearest = undefined;
  cluster.distance = Infinity;
  for (const other of clusters) {
    if (other === cluster) continue;
    const apart = distance(cluster, other);
    if (apart < cluster.distance) [cluster.nearest, cluster.distance] = [other, apart];
  }
}

/** Merges b into a; those that had either as their nearest look again. */
function merge(a: Cluster, b: Cluster, clusters: Set<Cluster>): void {
  clusters.delete(b);
  a.members.push(...b.members);
  b.sum.forEach((x, i) => (a.sum[i]! += x));
  findNearest(a, clusters);
  for (const other of clusters) {
    if (other === a) continue;
    if (other.nearest === a || other.nearest === b) findNearest(other, clusters);
    else {
      const apart = distance(other, a);
      if (apart < other.distance) [other.nearest, other.distance] = [a, apart];
    }
  }
}

/** The smallest cluster joins its nearest while it is too small, or while there are too many. */
function absorb(clusters: Set<Cluster>, least: number): Promise<void> {
  while (clusters.size > 1) {
    const smallest = [...clusters].reduce((a, b) => (b.members.length < a.members.length ? b : a));
    if (smallest.members.length >= least && clusters.size <= MOST_SPEAKERS) break;
    findNearest(smallest, clusters);
    if (smallest.nearest === undefined) break;
    merge(smallest.nearest, smallest, clusters);
  }
  return Promise.resolve();
}
