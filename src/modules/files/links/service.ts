import { createHash } from 'node:crypto';
import { system, type Actor } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import { createLinks } from '#kernel/links.ts';
import { mapPage, type PageQuery } from '#kernel/page.ts';
import { orThrow, type Problem } from '#kernel/problem.ts';
import { httpErrors } from '#platform/http/port.ts';
import { lockUsage } from '../content/usage.ts';
import { fileErrors, fileEvents, filePermissions } from '../contract.ts';
import type { FilesNeeds, FilesUnit } from '../needs.ts';
import { requireRight } from '../queries.ts';
import { requirePermission, type Rights } from '../rights/service.ts';
import type { FileLink, ListedLink, NewLink } from './schemas.ts';
import { recordAccess, recordAccessOfMinute, type NewAccess } from '../serving/accesses.ts';
import { findServed, type ServedFile } from '../serving/queries.ts';
import type { Served, ServedPart, Serving } from '../serving/service.ts';
import type { FilesReader } from '../tables.ts';
import { requireRoomForLink, toRevoked } from './bounds.ts';
import { createLinkGuard, hashOf, hashOfPassword, isUsedUp, newToken } from './guard.ts';
import * as queries from './queries.ts';
import { beginUse, continueUse } from './uses.ts';

const DEFAULT_SECONDS = 900;
const DAY_MS = 86_400_000;
/** Ranges of one download come within this time of each other. */
const DOWNLOAD_MS = DAY_MS;
const KEPT_DAYS = 180;
const TIDIED_AT_ONCE = 1000;

export interface LinksNeeds extends Pick<FilesNeeds, 'db' | 'cache' | 'config' | 'now' | 'accessLists'> {
  readonly rights: Pick<Rights, 'permissionsOfMaker' | 'renew'>;
  readonly serving: Pick<Serving, 'serveFile'>;
}

/** How somebody opens a link. */
export interface Opening {
  readonly token: string;
  readonly password: string | undefined;
  /** Asks for a part that does not begin with the first byte. */
  readonly isLaterRange: boolean;
}

interface Opened {
  readonly link: queries.StoredLink;
  readonly file: ServedFile;
}

/** Links to single files: made, listed, revoked, and opened by people without access to the file. */
export function createFileLinks(needs: LinksNeeds) {
  const { db, config, now, rights, accessLists, serving } = needs;
  const guard = createLinkGuard(needs);
  const { absolute } = createLinks(config.publicUrl);

  /**
   * The token is in this answer alone.
   * @throws `http.forbidden`, `files.not_found`, `files.access_denied`, `files.too_many_links`
   */
  async function create(actor: Actor, fileId: string, wanted: NewLink): Promise<FileLink> {
    const { mode = 'secure', expiresInSeconds = DEFAULT_SECONDS, maxDownloads = null, password } = wanted;
    requirePermission(actor, filePermissions.read);
    const token = newToken();
    await requireTarget(db.read, actor, fileId); // the hash of a password costs more than to ask
    const passwordHash = await hashOfPassword(password);
    const expiresAt = new Date(now().getTime() + expiresInSeconds * 1000).toISOString();
    const id = newId();
    await db.write(actor, async (unit) => {
      await lockUsage(unit.tx, actor.id); // one after the other, so that the bounds are exact
      const { ownerId } = await requireTarget(unit.tx, actor, fileId);
      const link = {
        id,
        fileId,
        createdBy: actor.id,
        apiKeyId: actor.apiKeyId,
        tokenHash: hashOf(token),
        mode,
        passwordHash,
        maxDownloads,
        expiresAt,
      };
      await queries.insertLink(unit.tx, link);
      unit.publish(fileEvents.shared, { fileId, ownerId, linkId: id, mode });
      note(unit, 'files.link_created', fileId, ownerId, { linkId: id, mode, expiresAt, maxDownloads });
    });
    const url = absolute(`/api/v1/files/public/${token}`);
    return { id, token, url, mode, expiresAtUtc: expiresAt, maxDownloads, hasPassword: passwordHash !== null };
  }

  /** @throws `files.not_found`, `files.access_denied` */
  async function list(actor: Actor, fileId: string, query: PageQuery) {
    await findOwned(db.read, actor, fileId);
    return mapPage(await queries.listLinks(db.read, fileId, query), toListed);
  }

  /** One link, or with null all of them, also of a file in the trash. Revoking twice is revoking once. @throws `files.not_found`, `files.access_denied` */
  function revoke(actor: Actor, fileId: string, linkId: string | null): Promise<void> {
    return db.write(actor, async (unit) => {
      const { ownerId } = await findOwned(unit.tx, actor, fileId);
      const revoked = await queries.revokeLinks(unit.tx, { fileId }, linkId, now().toISOString());
      if (revoked.length > 0) note(unit, 'files.links_revoked', fileId, ownerId, toRevoked(revoked));
    });
  }

  /**
   * @throws `http.too_many_requests`, `files.link_invalid`, `files.link_expired`, `files.link_password`,
   * `http.not_signed_in`, `http.forbidden`, and as the download does
   */
  async function open(actor: Actor, { token, password, isLaterRange }: Opening): Promise<Served> {
    const opened = await queries.findLink(db.read, hashOf(token));
    // A later range of a download is no opening, as far as it is one.
    const isCounted = !(opened && isLaterRange && (await findUse(db.read, actor, opened.link)));
    if (isCounted) await limit(actor, opened);
    if (!opened) throw fileErrors.linkInvalid();
    const count = async () => {
      if (!isCounted) await limit(actor, opened);
    };
    const refusal =
      (await refusalOfMaker(opened)) ??
      (await refusalOf(actor, opened)) ??
      (await guard.comparePassword(actor, opened.link, password)) ??
      (await refusalOfUsedUp(actor, opened.link));
    if (refusal) {
      await count();
      await refuse(actor, opened, refusal);
    }
    return serving.serveFile(opened.file, 'attachment', {
      isRedirected: false, // an address of the storage could be opened any number of times
      admit: (part) => admit(actor, opened, part, isCounted),
      check: () => requireGood(actor, token),
      decline: async () => {
        await count();
        await db.write(actor, ({ tx }) => recordAccessOfMinute(tx, actor, toAccess(opened, null)));
      },
      refuse: async (problem) => {
        await count();
        await db.write(actor, (unit) => record(unit, opened, problem));
      },
    });
  }

  /** A download that has begun goes on after the time of its link, and not without the rights of its maker and its reader. */
  async function requireGood(actor: Actor, token: string): Promise<void> {
    const opened = await queries.findLink(db.read, hashOf(token));
    if (!opened) throw fileErrors.linkInvalid();
    const reader = opened.link.mode === 'public' ? actor : await rights.renew(actor, filePermissions.read);
    const refusal = (await refusalOfMaker(opened)) ?? (await refusalOfReader(reader, opened));
    if (refusal) throw refusal;
  }

  /** Openings and refusals count. Of those beyond the limit one in a minute is recorded. @throws `http.too_many_requests` */
  async function limit(actor: Actor, opened: Opened | undefined): Promise<void> {
    const refusal = await guard.countRequest(actor, 'files:link');
    if (!refusal) return;
    if (opened) await db.write(actor, ({ tx }) => recordAccessOfMinute(tx, actor, toAccess(opened, refusal)));
    throw refusal;
  }

  /** A link gives no more than its maker may read at that moment. */
  async function refusalOfMaker({ link, file }: Opened): Promise<Problem | null> {
    const permissions = await rights.permissionsOfMaker(link);
    const { read, manageAll } = filePermissions;
    const sees = file.ownerId === link.createdBy || permissions.has(manageAll.code);
    return sees && permissions.has(read.code) ? null : fileErrors.linkInvalid();
  }

  async function refusalOf(actor: Actor, opened: Opened): Promise<Problem | null> {
    const { expiresAt } = opened.link;
    return Date.parse(expiresAt) <= now().getTime() ? fileErrors.linkExpired() : refusalOfReader(actor, opened);
  }

  async function refusalOfReader(actor: Actor, { link: { mode }, file }: Opened): Promise<Problem | null> {
    if (mode === 'public') return null;
    if (actor.type === 'anonymous') return httpErrors.notSignedIn();
    const { code } = filePermissions.read;
    if (!actor.permissions.has(code)) return httpErrors.forbidden({ permission: code });
    return (await findServed(db.read, actor, file.id, accessLists)) ? null : fileErrors.linkInvalid();
  }

  /** Also for HEAD and conditions, which count no download: a client that has begun one may ask on. */
  async function refusalOfUsedUp(actor: Actor, link: queries.StoredLink): Promise<Problem | null> {
    if (!isUsedUp(link) || (await findUse(db.read, actor, link))) return null;
    return fileErrors.linkExpired();
  }

  /** Recorded, then thrown. */
  async function refuse(actor: Actor, { link, file }: Opened, refusal: Problem): Promise<never> {
    await db.write(actor, (unit) => record(unit, { link, file }, refusal));
    throw refusal;
  }

  /** Bytes are about to leave: they are part of a download that has begun, or one more download. */
  async function admit(actor: Actor, opened: Opened, part: ServedPart, isCounted: boolean): Promise<void> {
    let outcome = await tryToAdmit(actor, opened, part, isCounted);
    if (outcome === 'uncounted') {
      await limit(actor, opened);
      outcome = await tryToAdmit(actor, opened, part, true);
    }
    if (outcome !== 'uncounted') orThrow(outcome);
  }

  /** `uncounted`: it would be one more download. */
  function tryToAdmit(actor: Actor, opened: Opened, part: ServedPart, isCounted: boolean) {
    const { link, file } = opened;
    const sizeBytes = file.sizeBytes ?? 0;
    return db.write(actor, async (unit): Promise<Problem | 'uncounted' | null> => {
      const locked = await queries.lockLink(unit.tx, link.id);
      const client = clientOf(actor, link.id);
      const begunUse = locked && (await findUse(unit.tx, actor, link));
      const continued = begunUse && continueUse(begunUse, part, sizeBytes);
      const startedAt = now().toISOString();
      if (begunUse && continued) {
        await queries.putUse(unit.tx, { id: begunUse.id, linkId: link.id, client, startedAt, ...continued });
        return null;
      }
      if (!isCounted) return 'uncounted';
      const refusal = guard.refusalOfLink(locked);
      await record(unit, opened, refusal);
      if (refusal) return refusal;
      await queries.countUse(unit.tx, link.id);
      const begun = beginUse(part, sizeBytes);
      await queries.putUse(unit.tx, { id: newId(), linkId: link.id, client, startedAt, ...begun });
      return null;
    });
  }

  function findUse(reader: FilesReader, actor: Actor, { id: linkId }: Pick<queries.StoredLink, 'id'>) {
    const since = new Date(now().getTime() - DOWNLOAD_MS).toISOString();
    return queries.findUse(reader, { linkId, client: clientOf(actor, linkId), since });
  }

  async function record(unit: FilesUnit, { link, file }: Opened, refusal: Problem | null): Promise<void> {
    await recordAccess(unit.tx, unit.actor, toAccess({ link, file }, refusal));
    if (link.mode !== 'public') return;
    const isAllowed = refusal === null;
    unit.publish(fileEvents.publicLinkAccessed, { fileId: file.id, ownerId: file.ownerId, linkId: link.id, isAllowed });
  }

  /** Deletes what is over: links after a day, accesses after half a year. */
  async function tidy(signal: AbortSignal): Promise<void> {
    const before = (days: number) => new Date(now().getTime() - days * DAY_MS).toISOString();
    const bounds = { usesBefore: before(1), linksBefore: before(1), accessesBefore: before(KEPT_DAYS) };
    for (let count = TIDIED_AT_ONCE; count === TIDIED_AT_ONCE && !signal.aborted;)
      count = await db.write(system('files'), ({ tx }) => queries.deleteOldLinks(tx, bounds, TIDIED_AT_ONCE));
  }

  /** A file that may get one more link. */
  async function requireTarget(reader: FilesReader, actor: Actor, id: string): Promise<ServedFile> {
    const file = await findOwned(reader, actor, id);
    if (file.storageStatus === 'deleted') throw fileErrors.notFound({ id });
    await requireRoomForLink(reader, { fileId: id }, actor.id, now().toISOString());
    return file;
  }

  async function findOwned(reader: FilesReader, actor: Actor, id: string): Promise<ServedFile> {
    const file = await findServed(reader, actor, id, accessLists);
    if (!file) throw fileErrors.notFound({ id });
    await requireRight(reader, actor, file, 'own', accessLists);
    return file;
  }

  const exportFor = (userId: string) => queries.exportLinks(db.read, userId);

  return { create, list, revoke, open, tidy, exportFor };
}

export type FileLinks = ReturnType<typeof createFileLinks>;

function toAccess({ link, file }: Opened, refusal: Problem | null): NewAccess {
  return { fileId: file.id, linkId: link.id, way: 'link', refusal: refusal?.code ?? null };
}

/** The same person, or the same program at the same address. */
function clientOf({ id, origin: { ip, userAgent } }: Actor, linkId: string): string {
  return createHash('sha256')
    .update(JSON.stringify([linkId, id, ip, userAgent]))
    .digest('base64url');
}

function note(
  { audit }: FilesUnit,
  action: string,
  resourceId: string,
  subjectId: string,
  payload: Record<string, unknown>,
): void {
  audit({ action, resourceType: 'file', resourceId, subjectId, payload });
}

function toListed(link: queries.StoredLink): ListedLink {
  const { id, mode, expiresAt: expiresAtUtc, maxDownloads, passwordHash, used, revokedAt, createdAt } = link;
  return { id, mode, expiresAtUtc, maxDownloads, hasPassword: passwordHash !== null, used, revokedAt, createdAt };
}
