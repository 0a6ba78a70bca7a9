import { Readable } from 'node:stream';
import { Type } from 'typebox';
import type { Actor } from '#kernel/access.ts';
import type { ProblemDef } from '#kernel/problem.ts';
import { NoContent } from '#kernel/schema.ts';
import type { Db } from '#platform/database/port.ts';
import type { Module, Routes } from '#platform/module.ts';
import { archiveOf } from './archive.ts';

const Archive = Type.Unsafe<Readable>({
  type: 'string',
  format: 'binary',
  description: 'A ZIP with one JSON file of each module',
});

export interface PrivacyNeeds {
  readonly modules: readonly Module[];
  readonly db: Db<never>;
  /** Deletes the caller's account; then every module erases its data about the person. */
  readonly deleteAccount: (actor: Actor) => Promise<void>;
  /** The errors of `deleteAccount`. */
  readonly errors: readonly ProblemDef[];
}

/** Export and deletion of the caller's personal data. Both require a recent authentication. */
export function privacyRoutes({ modules, db, deleteAccount, errors }: PrivacyNeeds): Routes {
  async function exportOwn(actor: Actor): Promise<Readable> {
    await db.write(actor, async ({ audit }) =>
      audit({ action: 'privacy.data_exported', resourceType: 'user', resourceId: actor.id }),
    );
    return Readable.from(archiveOf(modules, actor.id));
  }

  return async (http) => {
    http.get(
      '/api/v1/users/me/export',
      {
        config: { access: 'user', recent: true },
        schema: {
          operationId: 'exportMyData',
          summary: 'Export my data',
          description: `A ZIP with one JSON file for each module: everything that is stored about you. The export is
            recorded in the audit trail.`,
          response: { 200: { content: { 'application/zip': { schema: Archive } } } },
        },
      },
      async ({ actor }, reply) =>
        reply
          .type('application/zip')
          .header('content-disposition', 'attachment; filename="personal-data.zip"')
          .send(await exportOwn(actor)),
    );

    http.delete(
      '/api/v1/users/me',
      {
        config: { access: 'user', recent: true, errors },
        schema: {
          operationId: 'deleteMyAccount',
          summary: 'Delete my account',
          description: `Ends all your sessions and API keys at once. Every module then erases what it stores about you;
            this cannot be undone. The last administrator cannot do this (409).`,
          response: { 204: NoContent },
        },
      },
      async ({ actor }, reply) => reply.code(204).send(await deleteAccount(actor)),
    );
  };
}
