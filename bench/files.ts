import { hostile } from './files/hostile.ts';
import { lists } from './files/lists.ts';
import { many } from './files/many.ts';
import { pictures } from './files/pictures.ts';
import { onFilesStage } from './files/stage.ts';
import { transfer } from './files/transfer.ts';
import type { Report } from './report.ts';

const parts: Record<string, () => Promise<Report>> = {
  transfer: () => onFilesStage(transfer),
  many: () => onFilesStage(many),
  pictures: () => onFilesStage(pictures),
  hostile: () => onFilesStage(hostile),
  lists,
};
const wanted = process.env['BONYAN_BENCH_FILES']?.split(',') ?? Object.keys(parts);

/** One large file, many at once, small pictures, hostile files, and lists; `BONYAN_BENCH_FILES` names some of them. */
export async function files(): Promise<Report> {
  const reports: Report[] = [];
  for (const [name, measure] of Object.entries(parts)) {
    if (!wanted.includes(name)) continue;
    const beganMs = performance.now();
    reports.push(await measure());
    console.error(`${name}: ${((performance.now() - beganMs) / 1000).toFixed(0)} s`);
  }
  return { rows: reports.flatMap(({ rows }) => rows), bounds: reports.flatMap(({ bounds }) => bounds) };
}
