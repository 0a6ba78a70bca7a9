import type { Actor } from '#kernel/access.ts';
import type { Form, Precondition } from '#platform/http/port.ts';
import { charge, lockUsage } from '../content/usage.ts';
import { dropRefused, hasPending, requireRoomForVersions } from '../content/versions.ts';
import { fileErrors, filePermissions, type StoredFile } from '../contract.ts';
import type { FilesNeeds, FilesUnit } from '../needs.ts';
import type { Rights } from '../rights/service.ts';
import { FileVersion } from '../schemas.ts';
import type { Validation } from '../validation/verdict.ts';
import { sendToGate } from './gate.ts';
import { insertIntent, lockReplaced, markReceived, touchFile } from './queries.ts';
import { refuseField } from './fields.ts';
import { withoutRoom, type Receiving, type Taken } from './receive.ts';

export interface ReplacingNeeds extends Pick<FilesNeeds, 'db' | 'config' | 'accessLists'> {
  readonly validation: Pick<Validation, 'maxBytesOf'>;
  readonly receiving: Pick<Receiving, 'receiveAs'>;
  readonly rights: Pick<Rights, 'renew'>;
}

/**
 * A new content of a file that is there. It is received and judged in a row of its own, while the file serves the one that
 * it has. The gate exchanges the two.
 */
export function createReplacing({ db, config, accessLists, validation, receiving, rights }: ReplacingNeeds) {
  /**
   * The file keeps its name, by which the content is judged. It is asked before the first byte and after the last, under a
   * lock: of two requests with the same precondition one is refused, and no new content comes while another is judged.
   *
   * @throws `files.not_found`, `files.access_denied`, `files.pending`, `files.malicious_content`, `files.unavailable`,
   * `files.too_many_versions`, `http.precondition_failed`, and as an upload
   */
  async function replace(
    actor: Actor,
    id: string,
    form: Form,
    bodyBytes: number | null,
    precondition: Precondition,
  ): Promise<FileVersion> {
    const { ownerId, module, fileName } = await db.write(actor, (unit) => lock(unit, id, precondition));
    const received = receiving.receiveAs(actor, form, bodyBytes, {
      ownerId,
      maxBytes: () => validation.maxBytesOf(module),
      nameOf: () => fileName,
      addField: ({ name: field }) => refuseField(field),
      begin: (intent) =>
        db.write(actor, async (unit) => {
          await lock(unit, id, precondition);
          await insertIntent(unit.tx, { ...intent, versionOf: id });
        }),
      checkRights: () => rights.renew(actor, filePermissions.write),
      // With the permissions of now: who managed all files before the body came may not any more.
      accept: (sender, taken) => db.write(sender, (unit) => accept(unit, id, taken, precondition)),
    });
    return received.catch((error: unknown) => {
      throw ownerId === actor.id ? error : withoutRoom(error);
    });
  }

  async function accept(
    unit: FilesUnit,
    id: string,
    { intent, contentType, sizeBytes, sha256 }: Taken,
    precondition: Precondition,
  ): Promise<FileVersion> {
    await lockUsage(unit.tx, intent.ownerId);
    const { ownerId } = await lock(unit, id, precondition);
    const received = await markReceived(unit.tx, intent, { folderId: null, contentType, sizeBytes, sha256 });
    if (!received) throw fileErrors.unavailable({ id }); // given up as dead
    await dropRefused(unit, id);
    await charge(unit.tx, { ownerId, sizeBytes, versionOf: id }, config);
    await touchFile(unit.tx, id);
    const payload = { versionId: intent.id, contentType, sizeBytes, sha256 };
    unit.audit({ action: 'files.content_uploaded', resourceType: 'file', resourceId: id, subjectId: ownerId, payload });
    sendToGate(unit, { ...intent, versionOf: id });
    return toVersion(received);
  }

  async function lock(unit: FilesUnit, id: string, precondition: Precondition) {
    const { tx, actor } = unit;
    const file = await lockReplaced(tx, actor, id, accessLists);
    if (!file || file.storageStatus === 'deleted' || file.stage === 'uploading') throw fileErrors.notFound({ id });
    precondition.require(file.version);
    if (file.storageStatus === 'infected') throw fileErrors.maliciousContent({ id });
    if (file.storageStatus === 'failed') throw fileErrors.unavailable({ id });
    if (file.storageStatus === 'pending' || (await hasPending(tx, id)))
      throw fileErrors.pending({ id, retryAfterSeconds: 1 });
    await requireRoomForVersions(unit, file, config.filesVersions, 1);
    return file;
  }

  return { replace };
}

function toVersion(row: StoredFile): FileVersion {
  const keys = Object.keys(FileVersion.properties) as (keyof FileVersion)[]; // the schema's own keys
  return Object.fromEntries(keys.map((key) => [key, row[key]])) as FileVersion; // of a row that has them all
}
