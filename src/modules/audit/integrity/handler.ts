import { Type } from 'typebox';
import { defineHandler, PermanentFailure, type JobHandler } from '#platform/jobs/port.ts';
import { auditPermissions } from '../contract.ts';
import type { IntegrityService } from './service.ts';

/** Jobs that verify the trail, and fail where it is broken. */
export function verifyHandler(integrity: IntegrityService): JobHandler {
  return defineHandler({
    type: 'audit.verify',
    description: 'Verifies the audit trail, and fails when it is broken',
    payload: Type.Object({
      incremental: Type.Optional(
        Type.Boolean({ description: 'Only the entries after the last clean report. Default: the whole trail' }),
      ),
    }),
    permission: auditPermissions.read,
    policy: { maxRetryAttempts: 1, maxExecutionSeconds: 3600 },
    async run({ payload: { incremental = false }, signal, report, log }) {
      const { report: found, breaks } = await integrity.verify(incremental, signal, (done, total) =>
        report(total === 0 ? 100 : (100 * done) / total),
      );
      log(`${found.entriesChecked} entries are verified`);
      if (!found.isValid)
        throw new PermanentFailure(`the trail is broken in ${breaks.length || 'at least one'} places`);
    },
  });
}
