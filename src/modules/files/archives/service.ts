import { finished, type Readable } from 'node:stream';
import { once } from 'node:events';
import { ZipFile } from 'yazl';
import type { Actor } from '#kernel/access.ts';
import { Problem } from '#kernel/problem.ts';
import { fileErrors, filePermissions } from '../contract.ts';
import type { FilesNeeds } from '../needs.ts';
import { ownsOrManages } from '../queries.ts';
import { findServed, sumBytes } from '../serving/queries.ts';
import type { Serving } from '../serving/service.ts';
import type { Rights } from '../rights/service.ts';
import { createPersonalBound } from '../uploads/bounds.ts';
import { createPaths } from './names.ts';
import { REPORT, toReport, type Refused } from './report.ts';

/** Bytes of the files in one archive, before they are packed. */
export const MAX_ARCHIVE_BYTES = 10 * 1024 ** 3;
/** Archives of one person at once in a process: each costs reading and packing. */
const PER_PERSON = 2;
/** Above it, the sizes of an entry take 64 bits: near the bound, packed bytes can be more than plain ones. */
const ZIP64_BYTES = 0xf000_0000;
/** What packing makes smaller. All others are packed already. */
const PACKED = /^(?:text\/|image\/(?:svg\+xml|bmp|tiff)|application\/(?:json|xml|rtf|octet-stream|x-tar|sql))/;

export interface FileArchivesNeeds extends Pick<FilesNeeds, 'db' | 'accessLists'> {
  readonly serving: Pick<Serving, 'openWhole'>;
  readonly rights: Pick<Rights, 'renew'>;
}

/** ZIP archives of several files, made while they are sent: nothing is stored, and one file is open at a time. */
export function createFileArchives({ db, accessLists, serving, rights }: FileArchivesNeeds) {
  const inBounds = createPersonalBound(PER_PERSON);

  /**
   * Resolves when the first bytes are there. What the actor may not have is listed in the archive. A fault ends the
   * stream with an error, before the directory of the archive: nobody takes a part of it for the whole.
   *
   * @throws `http.not_signed_in`, `http.forbidden`, `files.archive_too_large`, `files.storage_unavailable`, `http.too_many_requests`
   */
  async function archive(actor: Actor, ids: readonly string[]): Promise<Readable> {
    const unique = [...new Set(ids.map((id) => id.toLowerCase()))];
    if ((await sumBytes(db.read, actor, unique, accessLists)) > MAX_ARCHIVE_BYTES)
      throw fileErrors.archiveTooLarge({ maxBytes: MAX_ARCHIVE_BYTES });
    const zip = new ZipFile();
    const output = zip.outputStream as Readable; // a PassThrough, declared by what it is for its readers
    zip.on('error', (error) => output.destroy(error)); // fewer or more bytes than a file has; it can come late
    const packed = inBounds(actor.id, () => packAll(actor, unique, zip, output));
    output.on('error', () => {}); // its sender gets it, if there is one yet
    packed.catch((error: unknown) => output.destroy(error instanceof Error ? error : new Error('packing failed')));
    await once(output, 'readable');
    return output;
  }

  async function packAll(actor: Actor, ids: readonly string[], zip: ZipFile, output: Readable): Promise<void> {
    const toPath = createPaths();
    const reportPath = toPath(null, REPORT);
    const refused: Refused[] = [];
    let bytes = 0;
    for (const id of ids) {
      if (output.destroyed) return; // the client has gone
      // A long archive ends when its reader has lost the access, and no file is judged by rights of before.
      const reader = await rights.renew(actor, filePermissions.read);
      const opened = await openOr(reader, id, refused);
      if (!opened) continue;
      if (output.destroyed) {
        opened.content.destroy();
        return;
      }
      bytes += opened.file.sizeBytes;
      if (bytes > MAX_ARCHIVE_BYTES) {
        opened.content.destroy();
        throw new Error('the files have grown meanwhile beyond what an archive may have');
      }
      const { sizeBytes, contentType, folder, fileName, contentAt, createdAt } = opened.file;
      const place = ownsOrManages(reader, opened.file) ? folder : null;
      await pack(zip, output, opened.content, toPath(place, fileName), {
        size: sizeBytes,
        compress: PACKED.test(contentType),
        mtime: new Date(contentAt ?? createdAt),
        forceZip64Format: sizeBytes >= ZIP64_BYTES,
      });
    }
    if (output.destroyed) return;
    if (refused.length > 0) zip.addBuffer(Buffer.from(toReport(refused)), reportPath);
    zip.end();
    await once(output, 'close');
  }

  /** Null when it is refused. @throws what is no refusal: the storage is away, or bytes are damaged */
  async function openOr(actor: Actor, id: string, refused: Refused[]) {
    try {
      return await serving.openWhole(actor, id);
    } catch (error) {
      if (!(error instanceof Problem) || error.code === fileErrors.storageUnavailable.code) throw error;
      const file = await findServed(db.read, actor, id, accessLists);
      refused.push({ id, fileName: file?.fileName ?? null, code: error.code });
      return null;
    }
  }

  return { archive };
}

export type FileArchives = ReturnType<typeof createFileArchives>;

/** Resolves when all bytes are packed; ends the reading when the client goes away. */
function pack(
  zip: ZipFile,
  output: Readable,
  content: Readable,
  path: string,
  options: {
    readonly size: number;
    readonly compress: boolean;
    readonly mtime: Date;
    readonly forceZip64Format: boolean;
  },
): Promise<void> {
  return new Promise((resolve, reject) => {
    const onClose = () => content.destroy(new Error('the client has disconnected'));
    output.once('close', onClose);
    finished(content, (error) => {
      output.off('close', onClose);
      if (error) reject(error);
      else resolve();
    });
    zip.addReadStream(content, path, options);
  });
}
