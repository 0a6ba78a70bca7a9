/**
 * Exports: lists of the API as files, made in the background with the rights of the person who asked.
 *
 * Offers    `/api/v1/exports`.
 * Publishes nothing.
 * Hears     nothing; making, removal and tidying are its own work.
 * Stores    schema `exports`, one table, and files below `exports/`.
 */
import { withTables } from '#platform/database/port.ts';
import type { Module } from '#platform/module.ts';
import { job, worker } from '#platform/work/port.ts';
import { audited } from './audited.ts';
import { exportErrors } from './contract.ts';
import { exportRoutes } from './making/routes.ts';
import { createExportService, exportQueue, removalQueue, type ExportsNeeds } from './making/service.ts';
import type { ExportsTables } from './tables.ts';
import texts from './texts.json' with { type: 'json' };

export function createExports(needs: ExportsNeeds): Module {
  const exports = createExportService(needs);
  return {
    name: 'exports',
    routes: exportRoutes(exports),
    tags: { exports: 'Lists as files, made in the background.' },
    errors: Object.values(exportErrors),
    texts,
    workers: [
      worker({
        queue: exportQueue,
        maxAttempts: 3,
        leaseMs: 30_000,
        slots: { burst: 0 }, // they take long, and nobody else waits behind them
        handle: exports.make,
        giveUp: exports.giveUp,
      }),
      worker({ queue: removalQueue, maxAttempts: 100, leaseMs: 30_000, handle: exports.removeFiles }),
    ],
    jobs: [
      job<ExportsTables>({
        name: 'exports.tidy',
        description: 'Deletes exports that ended a week ago',
        everySeconds: 3600,
        run: exports.tidy,
      }),
      job<ExportsTables>({
        name: 'exports.sweep',
        description: 'Deletes files of exports that no export has',
        everySeconds: 86_400,
        run: exports.sweep,
      }),
    ],
    migrations: new URL('./migrations/', import.meta.url),
    audited,
    privacy: {
      export: exports.exportFor,
      erase: (unit, userId) => exports.forgetUser(withTables<ExportsTables>(unit), userId),
    },
  };
}
