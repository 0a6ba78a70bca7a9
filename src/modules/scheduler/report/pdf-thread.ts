import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import { NodeCompiler } from '@myriaddreamin/typst-ts-node-compiler';
import { toSingleLetters } from './single-letters.ts';

// The program of the thread that sets one report: Typst would block the event loop for as long as it works.
const folder = dirname(fileURLToPath(import.meta.url));
const fonts = join(dirname(createRequire(import.meta.url).resolve('vazirmatn/package.json')), 'fonts', 'ttf');
const compiler = NodeCompiler.create({ workspace: folder, fontArgs: [{ fontPaths: [fonts] }] });
const pdf = compiler.pdf({
  mainFilePath: join(folder, 'report.typ'),
  inputs: { report: JSON.stringify(workerData) },
});
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port of a thread has none
parentPort?.postMessage(toSingleLetters(pdf));
