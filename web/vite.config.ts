import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { compressed } from './build/compress.ts';
import { pretend } from './fake/plugin.ts';

/* `npm run dev` shows the pages against the in-memory restaurant of fake/; MAITRED_URL=http://pizza.localhost:8080 sends
 * everything that is not a page to a running daemon instead. */
const daemon = process.env['MAITRED_URL'];

export default defineConfig({
  plugins: [react(), compressed(), ...(daemon ? [] : [pretend()])],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  server: daemon
    ? { proxy: Object.fromEntries(['/rest', '/auth', '/app', '/realtime', '/storage'].map((path) => [path, { target: daemon, changeOrigin: true, ws: true }])) }
    : {},
  build: {
    /* The daemon serves /assets as immutable: every name carries a hash of its content. */
    assetsDir: 'assets',
    target: 'es2022',
    sourcemap: false,
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 700,
  },
  test: {
    environment: 'jsdom',
    setupFiles: ['./src/test-setup.ts'],
    restoreMocks: true,
    css: false,
    testTimeout: 30_000,
    maxWorkers: 1,
  },
});
