import type { Actor } from '#kernel/access.ts';
import { Problem } from '#kernel/problem.ts';
import type { Form } from '#platform/http/port.ts';
import { lockUsage } from '../content/usage.ts';
import { fileErrors, fileEvents, filePermissions, SenderName } from '../contract.ts';
import { createLinkGuard, hashOf, isUsedUp, networkOf, type LinkGuardNeeds } from '../links/guard.ts';
import { countUse, lockLink } from '../links/queries.ts';
import type { FilesUnit } from '../needs.ts';
import { findFolder } from '../places/queries.ts';
import type { Rights } from '../rights/service.ts';
import type { SentFile } from './schemas.ts';
import { recordAccess, recordAccessOfMinute, type NewAccess } from '../serving/accesses.ts';
import type { FilesReader } from '../tables.ts';
import { countFile } from '../uploads/accept.ts';
import { createPersonalBound } from '../uploads/bounds.ts';
import { fitsField, refuseField } from '../uploads/fields.ts';
import { insertIntent, markReceived } from '../uploads/queries.ts';
import { withoutRoom, type Destination, type Taken } from '../uploads/receive.ts';
import type { Uploads } from '../uploads/service.ts';
import type { Validation } from '../validation/verdict.ts';
import { findUploadLink, type StoredUploadLink } from './queries.ts';

/** Files that one network sends at once by one link, of the ten that the link takes: no network holds them all. */
const PER_NETWORK = 3;

export interface SendingNeeds extends LinkGuardNeeds {
  readonly rights: Pick<Rights, 'permissionsOfMaker'>;
  readonly uploads: Pick<Uploads, 'inBounds' | 'receiving'>;
  readonly validation: Pick<Validation, 'judgeName' | 'maxBytesOf'>;
}

/** How somebody sends a file by a link. */
export interface Sending {
  readonly token: string;
  readonly password: string | undefined;
}

/**
 * Files that others add to a folder by a link. They belong to the person who has made the link, count for their quota, and
 * pass the gate as all files do. Who sends them learns nothing of what is in the folder.
 */
export function createSending(needs: SendingNeeds) {
  const { db, config, now, rights, uploads, validation } = needs;
  const guard = createLinkGuard(needs);
  const inNetworkBounds = createPersonalBound(PER_NETWORK);

  /**
   * @throws `http.too_many_requests`, `files.link_invalid`, `files.link_expired`, `files.link_password`, and as an upload
   */
  async function send(
    actor: Actor,
    { token, password }: Sending,
    form: Form,
    bodyBytes: number | null,
  ): Promise<SentFile> {
    const link = await findUploadLink(db.read, hashOf(token));
    const tooMany = await guard.countRequest(actor, 'files:upload-link');
    if (tooMany && link)
      await db.write(actor, ({ tx }) => recordAccessOfMinute(tx, actor, toAccess(link, null, tooMany)));
    if (tooMany) throw tooMany;
    if (!link) throw fileErrors.linkInvalid();
    try {
      const refusal = (await refusalOf(link)) ?? (await guard.comparePassword(actor, link, password));
      if (refusal) throw refusal;
      const to = destinationOf(actor, link, token);
      return await inNetworkBounds(networkOf(actor, link.id), () =>
        uploads.inBounds(link.id, () => uploads.receiving.receiveAs(actor, form, bodyBytes, to)),
      );
    } catch (error) {
      if (error instanceof Problem) await db.write(actor, (unit) => record(unit, link, null, error));
      throw withoutRoom(error); // the owner finds the whole of it among the accesses
    }
  }

  /** A link takes no more than its maker may upload at that moment. */
  async function refusalOf(link: StoredUploadLink): Promise<Problem | null> {
    if (Date.parse(link.expiresAt) <= now().getTime() || isUsedUp(link)) return fileErrors.linkExpired();
    const permissions = await rights.permissionsOfMaker(link);
    const isLive = permissions.has(filePermissions.write.code) && (await isOpen(db.read, link));
    return isLive ? null : fileErrors.linkInvalid();
  }

  async function isOpen(reader: FilesReader, { folderId }: StoredUploadLink): Promise<boolean> {
    return (await findFolder(reader, folderId))?.deletionId === null;
  }

  function destinationOf(actor: Actor, link: StoredUploadLink, token: string): Destination<SentFile> {
    let senderName: string | null = null;
    return {
      ownerId: link.createdBy,
      maxBytes: () => Math.min(validation.maxBytesOf(null), link.maxBytes ?? Infinity),
      nameOf: validation.judgeName,
      judgeType: (contentType) => judgeType(link, contentType),
      addField: ({ name, value }) => {
        if (name !== 'sender') refuseField(name);
        if (value === '') return; // forms of browsers send fields that were left empty
        if (!fitsField(SenderName, value)) throw fileErrors.validationFailed({ reason: 'invalid_field', field: name });
        senderName = value;
      },
      begin: (intent) =>
        db.write(actor, async (unit) => {
          await lockUsage(unit.tx, link.createdBy);
          await lock(unit, link);
          await insertIntent(unit.tx, { ...intent, folderId: link.folderId, linkId: link.id });
        }),
      checkRights: async () => {
        const current = await findUploadLink(db.read, hashOf(token));
        const refusal = current ? await refusalOf(current) : fileErrors.linkInvalid();
        if (refusal) throw refusal;
        return actor;
      },
      accept: (sender, taken) => db.write(sender, (unit) => accept(unit, link, taken, senderName)),
    };
  }

  /** The file is whole: it counts for the link and for its owner, and goes to the gate. */
  async function accept(
    unit: FilesUnit,
    link: StoredUploadLink,
    { intent, contentType, sizeBytes, sha256 }: Taken,
    senderName: string | null,
  ): Promise<SentFile> {
    const { tx, actor } = unit;
    const { id: linkId, folderId, createdBy: ownerId } = link;
    await lockUsage(tx, ownerId); // nothing comes into a folder that is moved to the trash meanwhile
    await lock(unit, link);
    judgeType(link, contentType); // of a file without bytes
    const sender = { linkId, senderId: actor.type === 'anonymous' ? null : actor.id, senderName };
    const received = await markReceived(tx, intent, { folderId, ...sender, contentType, sizeBytes, sha256 });
    if (!received) throw fileErrors.unavailable({ id: intent.id }); // given up as dead
    await countFile(unit, { ...received, contentId: intent.contentId }, config);
    await countUse(tx, linkId);
    await record(unit, link, intent.id, null);
    return { id: intent.id, fileName: intent.fileName, sizeBytes, sha256 };
  }

  async function record(unit: FilesUnit, link: StoredUploadLink, fileId: string | null, refusal: Problem | null) {
    await recordAccess(unit.tx, unit.actor, toAccess(link, fileId, refusal));
    const { id: linkId, folderId, createdBy: ownerId } = link;
    const sent = fileId === null ? {} : { fileId };
    unit.publish(fileEvents.publicLinkAccessed, { ...sent, folderId, ownerId, linkId, isAllowed: refusal === null });
  }

  /** Until the unit ends, so that files that are sent at once count one after the other. @throws what `refusalOf` answers */
  async function lock({ tx }: FilesUnit, link: StoredUploadLink): Promise<void> {
    const refusal = guard.refusalOfLink(await lockLink(tx, link.id));
    if (refusal) throw refusal;
    if (!(await isOpen(tx, link))) throw fileErrors.linkInvalid();
  }

  return { send };
}

export type FileSending = ReturnType<typeof createSending>;

/** @throws `files.validation_failed` */
function judgeType({ contentTypes }: StoredUploadLink, contentType: string): void {
  const isTaken = (type: string) =>
    type.endsWith('/*') ? contentType.startsWith(type.slice(0, -1)) : contentType === type;
  if (contentTypes?.some(isTaken) === false)
    throw fileErrors.validationFailed({ reason: 'type_refused', contentType, contentTypes });
}

function toAccess(
  { id: linkId, folderId }: StoredUploadLink,
  fileId: string | null,
  refusal: Problem | null,
): NewAccess {
  return { fileId, folderId, linkId, way: 'upload', refusal: refusal?.code ?? null };
}
