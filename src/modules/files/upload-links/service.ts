import type { Actor } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import { createLinks } from '#kernel/links.ts';
import { mapPage, type PageQuery } from '#kernel/page.ts';
import { lockUsage } from '../content/usage.ts';
import { fileErrors, fileEvents, filePermissions, type Folder } from '../contract.ts';
import type { Folders } from '../folders/service.ts';
import { requireRoomForLink, toRevoked } from '../links/bounds.ts';
import { hashOf, hashOfPassword, newToken } from '../links/guard.ts';
import { insertLink, revokeLinks } from '../links/queries.ts';
import type { FilesNeeds, FilesUnit } from '../needs.ts';
import { requirePermission } from '../rights/service.ts';
import type { ListedUploadLink, NewUploadLink, UploadLink } from './schemas.ts';
import { listAccessesOfFolder } from '../serving/accesses.ts';
import type { FilesReader } from '../tables.ts';
import * as queries from './queries.ts';

const DEFAULT_SECONDS = 900;
const DEFAULT_FILES = 100;

export interface UploadLinksNeeds extends Pick<FilesNeeds, 'db' | 'config' | 'now'> {
  readonly folders: Pick<Folders, 'get'>;
}

/** Links to folders, by which others add files: made, listed and revoked. */
export function createUploadLinks({ db, config, now, folders }: UploadLinksNeeds) {
  const { absolute } = createLinks(config.publicUrl);

  /**
   * To a folder of the actor, to whom the files will belong. The token is in this answer alone.
   * @throws `http.forbidden`, `files.folder_not_found`, `files.folder_deleted`, `files.too_many_links`
   */
  async function create(actor: Actor, folderId: string, wanted: NewUploadLink): Promise<UploadLink> {
    const { expiresInSeconds = DEFAULT_SECONDS, maxFiles = DEFAULT_FILES } = wanted;
    const { maxBytes = null, contentTypes = null, password } = wanted;
    requirePermission(actor, filePermissions.write);
    const token = newToken();
    const expiresAt = new Date(now().getTime() + expiresInSeconds * 1000).toISOString();
    const link = { id: newId(), mode: 'upload' as const, folderId, maxBytes, contentTypes };
    const folder = await folders.get(actor, folderId);
    if (folder.ownerId !== actor.id) throw fileErrors.folderNotFound({ id: folderId });
    if (folder.deletionId !== null) throw fileErrors.folderDeleted({ id: folderId });
    const requireRoom = (reader: FilesReader) =>
      requireRoomForLink(reader, { folderId }, actor.id, now().toISOString());
    await requireRoom(db.read); // the hash of a password costs more than to ask
    const passwordHash = await hashOfPassword(password);
    await db.write(actor, async (unit) => {
      await lockUsage(unit.tx, actor.id); // one after the other, so that the bounds are exact
      await requireRoom(unit.tx);
      const secret = { tokenHash: hashOf(token), passwordHash };
      await insertLink(unit.tx, {
        ...link,
        ...secret,
        createdBy: actor.id,
        apiKeyId: actor.apiKeyId,
        maxDownloads: maxFiles,
        expiresAt,
      });
      unit.publish(fileEvents.shared, { folderId, ownerId: folder.ownerId, linkId: link.id, mode: link.mode });
      note(unit, 'files.link_created', folder, { linkId: link.id, mode: link.mode, expiresAt, maxFiles });
    });
    const url = absolute(`/api/v1/files/public/${token}/files`);
    return { ...link, maxFiles, expiresAtUtc: expiresAt, hasPassword: passwordHash !== null, token, url };
  }

  /** @throws `files.folder_not_found` */
  async function list(actor: Actor, folderId: string, query: PageQuery) {
    await folders.get(actor, folderId);
    return mapPage(await queries.listUploadLinks(db.read, folderId, query), toListed);
  }

  /** One link, or with null all of them. Revoking twice is revoking once. @throws `files.folder_not_found` */
  async function revoke(actor: Actor, folderId: string, linkId: string | null): Promise<void> {
    const folder = await folders.get(actor, folderId);
    await db.write(actor, async (unit) => {
      const revoked = await revokeLinks(unit.tx, { folderId }, linkId, now().toISOString());
      if (revoked.length > 0) note(unit, 'files.links_revoked', folder, toRevoked(revoked));
    });
  }

  /** @throws `files.folder_not_found` */
  async function accesses(actor: Actor, folderId: string, query: PageQuery) {
    await folders.get(actor, folderId);
    return listAccessesOfFolder(db.read, folderId, query);
  }

  return { create, list, revoke, accesses };
}

export type UploadLinks = ReturnType<typeof createUploadLinks>;

function note({ audit }: FilesUnit, action: string, { id, ownerId }: Folder, payload: Record<string, unknown>): void {
  audit({ action, resourceType: 'folder', resourceId: id, subjectId: ownerId, payload });
}

function toListed(link: queries.StoredUploadLink): ListedUploadLink {
  const { id, folderId, maxDownloads: maxFiles, maxBytes, contentTypes, passwordHash, used } = link;
  const { expiresAt: expiresAtUtc, revokedAt, createdAt } = link;
  const hasPassword = passwordHash !== null;
  const limits = { maxFiles, maxBytes, contentTypes, hasPassword };
  return { id, mode: 'upload', folderId, expiresAtUtc, ...limits, used, revokedAt, createdAt };
}
