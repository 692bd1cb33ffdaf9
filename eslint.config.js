import { readFileSync } from 'node:fs';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

const ignored = readFileSync(new URL('.gitignore', import.meta.url), 'utf8')
  .split('\n')
  .filter(Boolean)
  .map((line) => `**/${line.replace(/\/$/, '')}`);

const platformGlobals = [
  'window',
  'document',
  'navigator',
  'self',
  'process',
  'Buffer',
  'fetch',
  'Worker',
  'setTimeout',
  'performance',
  'globalThis',
];

const CORE_BY_NAME = {
  group: ['**/src/pipeline/**', '../pipeline/*', '../../pipeline/*'],
  message: 'Import the core by its package name, @octavia/pipeline.',
};

/** What the page's rooms (src/lib) may not import, each with its reason. */
const pageRooms = [
  {
    rooms: ['host', 'look'],
    closedTo: ['ui', 'jobs', 'studio', 'cloud', 'packs', 'app', 'embed'],
    message: 'The browser as a host, and how things look, know no feature: features import them.',
  },
  {
    rooms: ['ui'],
    closedTo: ['host', 'jobs', 'studio', 'cloud', 'packs', 'app', 'embed'],
    message: 'What any feature shows knows none of them: hand it what it shows.',
  },
  {
    rooms: ['jobs'],
    closedTo: ['studio', 'cloud', 'packs', 'app', 'embed'],
    message: 'A job looks the same wherever it runs: hand this room what differs.',
  },
  ...['studio', 'cloud', 'packs', 'embed'].map((room) => ({
    rooms: [room],
    closedTo: ['studio', 'cloud', 'packs', 'app', 'embed'].filter((other) => other !== room),
    message: 'Features do not know each other: put them together in src/lib/app or in a route.',
  })),
].map(({ rooms, closedTo, message }) => ({
  files: rooms.map((room) => `src/lib/${room}/**`),
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          CORE_BY_NAME,
          { group: closedTo.flatMap((room) => [`$lib/${room}/**`, `../${room}/**`]), message },
        ],
      },
    ],
  },
}));

/** The walls of the house (architecture.md), each with its reason. */
export default ts.config(
  { ignores: [...ignored, 'models/starter/**', 'models/training/**', '**/*.d.ts'] },
  ...ts.configs.recommendedTypeChecked,
  ...svelte.configs.recommended,
  {
    languageOptions: {
      parserOptions: {
        projectService: true,
        extraFileExtensions: ['.svelte'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      'no-console': 'error',
      eqeqeq: 'error',
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, svelteConfig }, globals: globals.browser },
  },
  { files: ['*.js', '*.mjs', '**/*.js', '**/*.mjs'], ...ts.configs.disableTypeChecked },
  {
    files: ['src/pipeline/**'],
    rules: {
      'no-restricted-globals': [
        'error',
        ...platformGlobals.map((name) => ({
          name,
          message: 'The core is handed its platform: take it through a port (src/pipeline/ports.ts).',
        })),
      ],
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            { group: ['node:*'], message: 'The core knows no Node: add what you need to a port.' },
            {
              group: ['$lib/*', '**/server/**', '**/gpu-worker/**', 'onnxruntime-*', '@ffmpeg/*', 'comlink'],
              message: 'The core knows no host: hosts import the core, never the reverse.',
            },
          ],
        },
      ],
    },
  },
  {
    files: ['src/pipeline/{audio,families,graph,media,stages}/**'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector:
            ':matches(ForStatement, ForOfStatement, WhileStatement) LogicalExpression[operator="??"][left.computed=true][right.value=0]',
          message: 'This hides a read past the end: write values[index]!, which turns it into NaN.',
        },
      ],
    },
  },
  {
    files: ['src/lib/**', 'src/routes/**', 'server/**', 'gpu-worker/**', 'models/**', 'tests/**'],
    rules: {
      'no-restricted-imports': ['error', { patterns: [CORE_BY_NAME] }],
    },
  },
  ...pageRooms,
  {
    files: ['tests/**/*.{test,suite}.ts'],
    rules: {
      // A `describe` is read on one screen: split it by topic.
      'max-lines-per-function': ['error', { max: 65, skipBlankLines: true, skipComments: true }],
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: ['gpu-worker/cli/**', 'models/*.ts', 'tests/bench/**'],
    rules: { 'no-console': 'off' },
  },
);
