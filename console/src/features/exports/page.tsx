import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { Export } from '#client';
import { given } from '#app/app/search.ts';
import type { Column } from '#app/list/columns.ts';
import { EXPORTS } from '#app/list/exports.ts';
import { ListPage } from '#app/list/page.tsx';
import { useListView } from '#app/list/view.ts';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { Time } from '#app/ui/time.tsx';
import { Acts } from './acts.tsx';
import { ExportDrawer } from './drawer.tsx';
import { useListName } from './list-name.ts';
import { exportsQuery } from './queries.ts';
import { ExportState } from './state.tsx';
import { words } from './words.ts';

const route = getRouteApi('/exports');
const MOST = 10; // that a person may have

/** The files that the reader has asked for: what is being made, what is ready, and what failed. */
export function ExportsPage() {
  const say = useTexts(words);
  const fmt = useFmt();
  const { cursor } = route.useSearch();
  const view = useListView('exports');
  const nameOf = useListName();
  const asked = { pageSize: view[0].size, ...given({ cursor }) };
  return (
    <ListPage
      title={say.title}
      query={useQuery(exportsQuery(asked))}
      permission=""
      call={{ path: EXPORTS, query: asked }}
      view={view}
      idOf={({ id }) => id}
      nameTitle={say.list}
      name={({ path }) => nameOf(path)}
      plainName={({ path }) => nameOf(path)}
      columns={useColumns()}
      notice={<p className="text-ink2">{say.notice(fmt.number(MOST))}</p>}
      isFiltered={false}
      empty={say.empty}
      emptyFiltered={say.empty}
      drawer={(id, ids, onGo) => <ExportDrawer id={id} ids={ids} onGo={onGo} />}
    />
  );
}

function useColumns(): readonly Column<Export>[] {
  const say = useTexts(words);
  const fmt = useFmt();
  return [
    { key: 'status', title: say.status, cell: ({ status }) => <ExportState status={status} />, isOnPhone: true },
    { key: 'format', title: say.format, cell: ({ format }) => format.toUpperCase(), isOnPhone: true },
    { key: 'rows', title: say.rows, isNumber: true, cell: ({ rowCount }) => fmt.number(rowCount) },
    {
      key: 'size',
      title: say.size,
      isNumber: true,
      cell: ({ sizeBytes }) => (sizeBytes === null ? null : fmt.bytes(sizeBytes)),
      isOnPhone: true,
    },
    { key: 'asked', title: say.asked, cell: ({ createdAt }) => <Time at={createdAt} as="ago" /> },
    { key: 'acts', title: say.acts, cell: (one) => <Acts export={one} isShort /> },
  ];
}
