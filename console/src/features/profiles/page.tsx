import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { ReportedProfile } from '#client';
import type { Column } from '#app/list/columns.ts';
import { ListPage } from '#app/list/page.tsx';
import { useListView } from '#app/list/view.ts';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { Badge } from '#app/ui/badge.tsx';
import { Choice, SearchBox } from '#app/ui/list.tsx';
import { Time } from '#app/ui/time.tsx';
import { Completeness } from './completeness.tsx';
import { ProfileDrawer } from './drawer.tsx';
import { PATH, profilesQuery, toProfilesQuery } from './queries.ts';
import { endOf, fillings, orders, sights, type ProfilesSearch } from './search.ts';
import { Distribution, TotalsText } from './totals.tsx';
import { words } from './words.ts';

const route = getRouteApi('/profiles');

export function ProfilesPage() {
  const say = useTexts(words);
  const search = route.useSearch();
  const view = useListView('profiles');
  const asked = toProfilesQuery(search, view[0].size);
  const report = useQuery(profilesQuery(asked));
  const nameOf = useNameOf();
  const totals = report.data?.totals;
  return (
    <>
      <ListPage
        title={say.title}
        query={report}
        permission="profiles.admin.read"
        call={{ path: PATH, query: asked }}
        view={view}
        idOf={({ id }) => id}
        nameTitle={say.name}
        name={(profile) => <bdi>{nameOf(profile)}</bdi>}
        plainName={nameOf}
        columns={useColumns()}
        filters={<Filters search={search} />}
        notice={totals && totals.profileCount > 0 && <TotalsText totals={totals} />}
        isFiltered={[search.search, search.sight, search.filled, search.sort].some((one) => one !== undefined)}
        empty={say.empty}
        emptyFiltered={say.emptyFiltered}
        drawer={(id, ids, onGo) => (
          <ProfileDrawer id={id} ids={ids} onGo={onGo} item={report.data?.items.find((one) => one.id === id)} />
        )}
      />
      {totals && totals.profileCount > 0 && report.data?.distribution && (
        <Distribution distribution={report.data.distribution} />
      )}
    </>
  );
}

export function useNameOf() {
  const say = useTexts(words);
  return ({ displayName, firstName, lastName }: ReportedProfile) =>
    displayName ?? ([firstName, lastName].filter((part) => part !== null).join(' ') || say.noName);
}

function useColumns(): readonly Column<ReportedProfile>[] {
  const say = useTexts(words);
  const fmt = useFmt();
  const partOf = (part: string) => say.parts[part] ?? part;
  return [
    {
      key: 'completeness',
      title: say.filled,
      cell: ({ completeness }) => <Completeness percent={completeness} />,
      isOnPhone: true,
    },
    {
      key: 'missing',
      title: say.missing,
      cell: ({ missingParts }) => fmt.list(missingParts.map(partOf)),
      isExtra: true,
    },
    {
      key: 'sight',
      title: say.sight,
      cell: ({ isProfilePublic }) =>
        isProfilePublic ? <Badge state="info">{say.sights.public}</Badge> : <Badge>{say.sights.private}</Badge>,
      isOnPhone: true,
    },
    {
      key: 'language',
      title: say.language,
      cell: ({ preferredLanguage }) => preferredLanguage && <bdi>{say.languages[preferredLanguage] ?? preferredLanguage}</bdi>, // prettier-ignore
    },
    { key: 'updated', title: say.updated, cell: ({ updatedAt }) => <Time at={updatedAt} /> },
  ];
}

function Filters({ search: { search = '', sight, filled, sort } }: { readonly search: ProfilesSearch }) {
  const say = useTexts(words);
  const fmt = useFmt();
  const navigate = route.useNavigate();
  const filter = (change: Partial<ProfilesSearch>) =>
    void navigate({ search: ({ cursor: _, ...before }) => ({ ...before, ...change }) });
  const stepOf = (from: string) => say.range(fmt.share(Number(from) / 100), fmt.share(endOf(Number(from)) / 100));
  return (
    <>
      <SearchBox value={search} label={say.search} onChange={(text) => filter({ search: text || undefined })} />
      <Choice<'all' | (typeof sights)[number]>
        label={say.sight}
        value={sight ?? 'all'}
        options={[['all', say.allSights], ...sights.map((one) => [one, say.sights[one]] as const)]}
        onChange={(one) => filter({ sight: one === 'all' ? undefined : one })}
      />
      <Choice<'all' | (typeof fillings)[number]>
        label={say.filled}
        value={filled ?? 'all'}
        options={[['all', say.allFilled], ...fillings.map((one) => [one, stepOf(one)] as const)]}
        onChange={(one) => filter({ filled: one === 'all' ? undefined : one })}
      />
      <Choice<'newest' | (typeof orders)[number]>
        label={say.sort}
        value={sort ?? 'newest'}
        options={(['newest', ...orders] as const).map((one) => [one, say.sorts[one]] as const)}
        onChange={(one) => filter({ sort: one === 'newest' ? undefined : one })}
      />
    </>
  );
}
