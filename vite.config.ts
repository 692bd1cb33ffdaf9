import { join } from 'node:path';
import { sveltekit } from '@sveltejs/kit/vite';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { embed } from './src/lib/embed/build.ts';
import { CHROMIUM } from './tests/support/page/chromium.ts';
import { HUNG_MS, WAIT_MS } from './tests/support/patience.ts';

/** Cross-origin isolation, so that wasm may use threads (see server/site/headers.ts for the served page). */
const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

const PATIENT = {
  testTimeout: HUNG_MS,
  hookTimeout: HUNG_MS,
  expect: { poll: { timeout: WAIT_MS, interval: 50 } },
};

const chromium = playwright({ launchOptions: CHROMIUM });

export default defineConfig({
  plugins: [sveltekit(), embed()],
  worker: { format: 'es' },
  build: { target: 'es2023', assetsInlineLimit: 0 },
  optimizeDeps: {
    exclude: ['onnxruntime-web', '@huggingface/transformers', '@ffmpeg/ffmpeg', '@ffmpeg/util'],
  },
  server: { headers: isolation },
  preview: { headers: isolation },
  test: {
    // No test fetches models by accident, and none uses what this machine's user has fetched; those that mean to say so.
    env: {
      OCTAVIA_FETCH: 'none',
      OCTAVIA_PACKAGES: 'none',
      OCTAVIA_MODEL_STORE: join(import.meta.dirname, '.octavia/tests/models'),
    },
    coverage: { provider: 'v8', include: ['src/lib/**/*.{ts,svelte}'], reporter: ['text', 'html'] },
    // All processors: many tests wait for others most of the time.
    maxWorkers: '100%',
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['tests/unit/**/*.test.ts'],
          environment: 'node',
          ...PATIENT,
        },
      },
      {
        extends: true,
        test: {
          name: 'contract',
          include: ['tests/contract/**/*.node.test.ts'],
          globalSetup: ['tests/support/services/host.ts'],
          environment: 'node',
          ...PATIENT,
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          include: ['tests/contract/**/*.browser.test.ts'],
          globalSetup: ['tests/fixtures/media.ts'],
          ...PATIENT,
          fileParallelism: false,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: chromium,
            instances: [{ browser: 'chromium' }],
          },
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['tests/e2e/**/*.test.ts'],
          globalSetup: ['tests/support/services/host.ts'],
          environment: 'node',
          ...PATIENT,
          fileParallelism: false,
        },
      },
    ],
  },
});
