import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { take } from '#client';
import { NotFound } from '#app/app/not-found.tsx';
import { ownLists, type OwnList } from '#app/app/pages.ts';
import { given } from '#app/app/search.ts';
import type { MenuColumn } from '#app/app/settings.ts';
import type { Column } from '#app/list/columns.ts';
import { ListPage, type Page } from '#app/list/page.tsx';
import { useListView } from '#app/list/view.ts';
import { client } from '#app/server/client.ts';
import { useFmt, type Fmt } from '#app/text/fmt.ts';
import { useLanguage, useTexts, type Language } from '#app/text/language.ts';
import { Time } from '#app/ui/time.tsx';
import { words } from './words.ts';

const route = getRouteApi('/modules/$name');

type Row = Readonly<Record<string, unknown>> & { readonly id: string };

/** The list of a module that the console does not know, as the module describes it. */
export function OwnPage() {
  const { name } = route.useParams();
  const own = ownLists.find((one) => one.name === name);
  return own ? <OwnListPage key={name} own={own} /> : <NotFound />;
}

function OwnListPage({ own: { name, title, permission, list } }: { readonly own: OwnList }) {
  const say = useTexts(words);
  const language = useLanguage();
  const fmt = useFmt();
  const { cursor } = route.useSearch();
  const view = useListView(`own_${name}`);
  const asked = { pageSize: view[0].size, ...given({ cursor }) };
  const [first, ...others] = list.columns;
  const nameOf = (row: Row) => (first ? textOf(row, first, language, fmt) : row.id);
  return (
    <ListPage<Row>
      title={title[language]}
      query={useQuery(rowsQuery(list.path, asked))}
      permission={permission}
      call={{ path: list.path, query: asked }}
      view={view}
      idOf={({ id }) => id}
      nameTitle={first?.title[language] ?? ''}
      name={(row) => <bdi>{nameOf(row)}</bdi>}
      plainName={nameOf}
      columns={others.map((column) => toColumn(column, language, fmt))}
      isFiltered={false}
      empty={say.empty}
      emptyFiltered={say.empty}
    />
  );
}

function rowsQuery(path: string, query: { readonly pageSize: number; readonly cursor?: string }) {
  return queryOptions({
    queryKey: ['own', path, query],
    // The types of the client know only the API of Bonyan itself; each list of it is a page of rows.
    queryFn: async ({ signal }) =>
      (await take(client.api.GET(path as '/api/v1/todos', { params: { query }, signal }))) as unknown as Page<Row>,
    placeholderData: keepPreviousData,
  });
}

function toColumn(column: MenuColumn, language: Language, fmt: Fmt): Column<Row> {
  const { field, title, shownAs } = column;
  return {
    key: field,
    title: title[language],
    isOnPhone: true,
    isNumber: shownAs === 'number',
    cell: (row) => {
      const { [field]: value } = row;
      if (shownAs === 'instant' && typeof value === 'string') return <Time at={value} />;
      return <bdi>{textOf(row, column, language, fmt)}</bdi>;
    },
  };
}

/** What is not of the kind that the module says is shown as it came. */
function textOf(row: Row, { field, shownAs, words: names }: MenuColumn, language: Language, fmt: Fmt): string {
  const { [field]: value } = row;
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return shownAs === 'number' ? fmt.number(value) : String(value);
  if (typeof value !== 'string') return JSON.stringify(value);
  if (shownAs === 'day') return fmt.day(value);
  if (shownAs === 'instant') return fmt.instant(value);
  return names?.[value]?.[language] ?? value;
}
