import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { measure, toLine } from './budgets.ts';

const from = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  base: './', // the server knows below which path it is public
  html: { cspNonce: '%NONCE%' },
  plugins: [react(), tailwindcss(), compressed()],
  resolve: {
    alias: [
      { find: '#client', replacement: from('../client/client.ts') },
      { find: /^#app\//, replacement: `${from('./src')}/` },
    ],
    dedupe: ['openapi-fetch', 'tus-js-client'], // of this folder, where the one of client/ is not installed
  },
  worker: { format: 'es' },
  build: {
    target: 'es2022',
    assetsInlineLimit: 0, // fonts and pictures come from our own origin, as the policy demands
    manifest: true,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    emptyOutDir: true,
  },
});

/** Writes `.br` and `.gz` beside each text, so that the server compresses nothing, and prints the budgets. */
function compressed(): Plugin {
  let dist = '';
  return {
    name: 'compressed',
    apply: 'build',
    configResolved: ({ build, root }) => void (dist = resolve(root, build.outDir)),
    writeBundle() {
      const assets = join(dist, 'assets');
      for (const file of readdirSync(assets).filter((name) => /\.(js|css|svg)$/.test(name))) {
        const content = readFileSync(join(assets, file));
        writeFileSync(join(assets, `${file}.br`), brotliCompressSync(content));
        writeFileSync(join(assets, `${file}.gz`), gzipSync(content, { level: 9 }));
      }
      for (const budget of measure(dist)) console.log(toLine(budget));
    },
  };
}
