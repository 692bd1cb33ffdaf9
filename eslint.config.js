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
    files: ['src/lib/**', 'src/routes/**', 'server/**', 'gpu-worker/**', 'models/**', 'tests/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: ['**/src/pipeline/**', '../pipeline/*', '../../pipeline/*'],
              message: 'Import the core by its package name, @octavia/pipeline.',
            },
          ],
        },
      ],
    },
  },
  {
    files: ['gpu-worker/cli/**', 'models/*.ts', 'tests/bench/**'],
    rules: { 'no-console': 'off' },
  },
);
