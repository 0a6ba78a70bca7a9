import type { Readable } from 'node:stream';
import { toCsv } from '#kernel/csv.ts';
import { mapPage } from '#kernel/page.ts';
import type { Profile } from '../contract.ts';
import type { ProfilesNeeds } from '../needs.ts';
import { missingPartsOf } from '../parts/completeness.ts';
import type { ProfileReport, ProfileReportQuery, ReportedProfile, ReportFilters } from '../schemas.ts';
import { listReported, listTally, type TallyRow } from './queries.ts';

const CSV_PAGE = 100;
const MAX_LANGUAGES = 50;
const STEPS = [0, 21, 41, 61, 81].map((from) => ({ from, to: from === 0 ? 20 : from + 19 }));

/** How complete the profiles of all users are. It shows no contact data. */
export function createProfileReport({ db }: Pick<ProfilesNeeds, 'db'>) {
  async function page(query: ProfileReportQuery): Promise<ProfileReport> {
    const isTallied = !query.search && !query.updatedFrom && !query.updatedTo;
    const [found, tally] = await Promise.all([
      listReported(db.read, query),
      isTallied ? listTally(db.read, query) : null,
    ]);
    return {
      ...mapPage(found, toReported),
      totals: tally && toTotals(tally),
      distribution: tally && toDistribution(tally),
    };
  }

  /** All that match, newest first; read page by page, as fast as the client reads. */
  function csv(filters: ReportFilters): Readable {
    return toCsv(COLUMNS, all(filters));
  }

  async function* all(filters: ReportFilters) {
    let cursor: string | null = null;
    do {
      const query = { ...filters, pageSize: CSV_PAGE, ...(cursor !== null && { cursor }) };
      const found: Awaited<ReturnType<typeof listReported>> = await listReported(db.read, query);
      for (const profile of found.items) {
        const { missingParts, ...reported } = toReported(profile);
        yield { ...reported, missingParts: missingParts.join(' ') };
      }
      cursor = found.nextCursor;
    } while (cursor !== null);
  }

  return { page, csv };
}

export type Report = ReturnType<typeof createProfileReport>;

function toReported(profile: Profile): ReportedProfile {
  const { id, userId, firstName, lastName, displayName, isProfilePublic, preferredLanguage } = profile;
  const { completeness, createdAt, updatedAt } = profile;
  const names = { firstName, lastName, displayName };
  const missingParts = missingPartsOf(profile);
  return { id, userId, ...names, isProfilePublic, preferredLanguage, completeness, missingParts, createdAt, updatedAt };
}

function toTotals(tally: readonly TallyRow[]): NonNullable<ProfileReport['totals']> {
  const profileCount = sumOf(tally);
  const percents = tally.reduce((sum, { completeness, profiles }) => sum + completeness * profiles, 0);
  return {
    profileCount,
    publicCount: sumOf(tally.filter(({ isProfilePublic }) => isProfilePublic)),
    averageCompleteness: profileCount === 0 ? null : Math.round((percents / profileCount) * 10) / 10,
  };
}

function toDistribution(tally: readonly TallyRow[]): NonNullable<ProfileReport['distribution']> {
  const languages = Map.groupBy(tally, ({ preferredLanguage }) => preferredLanguage);
  return {
    completeness: STEPS.map(({ from, to }) => ({
      from,
      to,
      count: sumOf(tally.filter(({ completeness }) => completeness >= from && completeness <= to)),
    })),
    languages: [...languages]
      .map(([language, rows]) => ({ language: language || null, count: sumOf(rows) }))
      .toSorted((one, other) => other.count - one.count)
      .slice(0, MAX_LANGUAGES),
  };
}

function sumOf(tally: readonly TallyRow[]): number {
  return tally.reduce((sum, { profiles }) => sum + profiles, 0);
}

const columns: Record<keyof ReportedProfile, true> = {
  id: true,
  userId: true,
  firstName: true,
  lastName: true,
  displayName: true,
  isProfilePublic: true,
  preferredLanguage: true,
  completeness: true,
  missingParts: true,
  createdAt: true,
  updatedAt: true,
};
const COLUMNS = Object.keys(columns) as (keyof ReportedProfile)[];
