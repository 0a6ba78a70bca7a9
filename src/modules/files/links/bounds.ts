import { fileErrors } from '../contract.ts';
import type { FilesReader } from '../tables.ts';
import { countGoodLinks, countLinksOf, type LinkTarget } from './queries.ts';

/** Good links to one file or folder: all are revoked in one unit. */
const MAX_OF_TARGET = 100;
/** Of one maker, those that are over included, for as long as they are listed. */
const MAX_OF_MAKER = 10_000;
const NAMED = 100;

/**
 * Room for one more link. Exact after `lockUsage` of the maker; of several makers, each may make one link more.
 * @throws `files.too_many_links`
 */
export async function requireRoomForLink(db: FilesReader, to: LinkTarget, makerId: string, at: string): Promise<void> {
  if ((await countGoodLinks(db, to, at, MAX_OF_TARGET)) >= MAX_OF_TARGET)
    throw fileErrors.tooManyLinks({ limit: MAX_OF_TARGET });
  if ((await countLinksOf(db, makerId, MAX_OF_MAKER)) >= MAX_OF_MAKER)
    throw fileErrors.tooManyLinks({ limit: MAX_OF_MAKER });
}

/** For the audit trail, whose entries have a bound. */
export function toRevoked(linkIds: readonly string[]): { readonly count: number; readonly linkIds: readonly string[] } {
  return { count: linkIds.length, linkIds: linkIds.slice(0, NAMED) };
}
