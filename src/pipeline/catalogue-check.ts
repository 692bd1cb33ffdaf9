import type { Catalogue, Made, ModelEntry, ModelFile } from './catalogue.ts';
import { OctaviaError } from './errors.ts';
import { familyNamed } from './families/index.ts';

/**
 * Checks a catalogue read from a file, and refuses one that would otherwise fail later and less clearly.
 * @param name of the file, for the message
 * @throws OctaviaError `catalogue.invalid`
 */
export function checkCatalogue(value: unknown, name: string): Catalogue {
  const catalogue = value as Catalogue;
  if ((value as { schema?: unknown } | null)?.schema !== 'octavia.catalogue/1') {
    throw new OctaviaError('catalogue.invalid', `${name} is not in the format "octavia.catalogue/1".`);
  }
  const problem = problemIn(catalogue);
  if (problem !== undefined) throw new OctaviaError('catalogue.invalid', `${name}: ${problem}.`);
  return catalogue;
}

function problemIn(catalogue: Catalogue): string | undefined {
  const { packs, models } = catalogue;
  if (![packs, models].every((list: unknown) => Array.isArray(list))) {
    return '"packs" and "models" are not lists';
  }
  const ids = new Set<string>();
  for (const model of models) {
    const problem = ids.has(model.id) ? 'appears twice' : problemOf(model, catalogue);
    if (problem !== undefined) return `"${model.id}" ${problem}`;
    ids.add(model.id);
  }
  for (const pack of packs) {
    const lost = pack.models.find((id) => !ids.has(id));
    if (lost !== undefined) return `the pack "${pack.id}" names "${lost}", which is not one of its models`;
    const restricted = models.find(({ id, licence }) => licence.nonCommercial && pack.models.includes(id));
    if (restricted !== undefined && pack.optional?.includes(restricted.id) !== true) {
      return `"${restricted.id}" may not be used commercially, so the pack "${pack.id}" can offer it only as optional`;
    }
  }
  return undefined;
}

function problemOf(model: ModelEntry, catalogue: Catalogue): string | undefined {
  const { stage, runtime, files, hub, made } = model;
  const family = familyNamed(runtime);
  if (family === undefined) return `needs the runtime "${runtime}", which does not exist`;
  if (family.stage !== stage) {
    return `is for "${family.stage}" by its runtime, ${runtime}; it cannot serve "${stage}"`;
  }
  if (files.length === 0) return 'has no files';
  const unsafe = files.find(({ path }) => path.split('/').some((part) => ['', '.', '..'].includes(part)));
  if (unsafe !== undefined) return `has a file with the path "${unsafe.path}"`;
  const madeOf = made && problemOfMade(made, files);
  if (madeOf !== undefined) return madeOf;
  const unknown = files.find(({ sha256 }) => hub === undefined && sha256 === undefined);
  if (unknown !== undefined) return `has no SHA-256 for ${unknown.path}`;
  return family.problem?.(model, catalogue);
}

/** Checks what is passed to the machine's programs: a name and a version, and nothing they could read as more. */
const PACKAGE = {
  name: /^(?:@[a-z0-9][a-z0-9._-]*\/)?[a-z0-9][a-z0-9._-]*$/,
  version: /^\d[a-z0-9.+-]*$/,
  platform: /^[a-z0-9_]*$/,
  hash: /^sha(?:256:[0-9a-f]{64}|512-[\w+/]+=*)$/,
};

function problemOfMade({ recipe, parts, packages }: Made, files: readonly ModelFile[]): string | undefined {
  if (recipe === undefined && parts.length > 0) return 'has parts but no recipe';
  if (recipe !== undefined && familyNamed(recipe)?.recipe === undefined) {
    return `needs the recipe "${recipe}", which does not exist`;
  }
  const known = new Set([...parts.map(({ name }) => name), ...files.map(({ path }) => path)]);
  for (const { program, name, version, platform = '', hash, holds } of packages) {
    if (!['pip', 'npm'].includes(program)) return `is fetched by "${program}", which is neither pip nor npm`;
    if (!PACKAGE.name.test(name) || !PACKAGE.version.test(version))
      return `names a package "${name}" "${version}"`;
    if (!PACKAGE.platform.test(platform)) return `asks for the platform "${platform}"`;
    if (!PACKAGE.hash.test(hash)) return `has no hash for the package ${name}`;
    const lost = Object.values(holds).find((part) => !known.has(part));
    if (lost !== undefined) return `takes "${lost}" out of ${name}, which is neither a part nor a file`;
  }
  return undefined;
}
