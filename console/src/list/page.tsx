import { useState, type ReactNode } from 'react';
import type { UseQueryResult } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { settings } from '#app/app/settings.ts';
import { useFmt } from '#app/text/fmt.ts';
import { useLanguage, useTexts } from '#app/text/language.ts';
import { Button, buttonClass } from '#app/ui/button.tsx';
import { Icon } from '#app/ui/icons.tsx';
import { ListTitle, usePageTitle, useRowKeys } from '#app/ui/list.tsx';
import { Empty, Failure, Skeleton, Stale } from '#app/ui/states.tsx';
import { words } from '#app/ui/words.ts';
import { AsCall, type ApiCall } from './call.tsx';
import type { Column } from './columns.ts';
import { KeptViews } from './kept-views.tsx';
import { ExportMenu, type OwnExport } from './export.tsx';
import { Table, type Selection } from './table.tsx';
import { shownColumns, type ListView } from './view.ts';
import { ViewMenu } from './view-menu.tsx';

/** A page of a list, as the server answers it. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
  readonly totalCount: number | null;
  readonly totalCountCapped?: boolean;
}

export interface ListPageProps<T> {
  readonly title: string;
  readonly query: UseQueryResult<Page<T>>;
  /** What is missing when the server answers 403. */
  readonly permission: string;
  readonly call: ApiCall;
  readonly view: readonly [ListView, (change: Partial<ListView>) => void];
  readonly idOf: (item: T) => string;
  readonly nameTitle: string;
  readonly name: (item: T) => ReactNode;
  readonly plainName: (item: T) => string;
  readonly columns: readonly Column<T>[];
  /** What can be made, at the end of the title. */
  readonly actions?: ReactNode;
  /** Search and filters. */
  readonly filters?: ReactNode;
  /** Between filters and table: what the reader must know of the whole list. */
  readonly notice?: ReactNode;
  /** Exports that the page has of its own, beside those of every list. */
  readonly exports?: readonly OwnExport[];
  /** What `e` and `r` do with the row that has the focus. Left out: nothing. */
  readonly keys?: Partial<Readonly<Record<'e' | 'r', (item: T) => void>>>;
  readonly isFiltered: boolean;
  /** One line why there is nothing, and one action; and the line where filters leave nothing. */
  readonly empty: string;
  readonly emptyAction?: ReactNode;
  readonly emptyFiltered: string;
  /** What can be done with the selected rows. Left out: rows cannot be selected. */
  readonly bulk?: (items: readonly T[], clear: () => void) => ReactNode;
  /** Of the row that the address opens. `ids` are those of the rows, for the arrows. */
  readonly drawer?: (id: string, ids: readonly string[], onGo: (id: string | undefined) => void) => ReactNode;
}

/**
 * A list with its filters, table, drawer and states. The address keeps the filters, `cursor` and `open`, so each view is a
 * link; the page of the feature checks them (`validateSearch`) and asks for the rows.
 */
export function ListPage<T>(props: ListPageProps<T>) {
  const { title, query, permission, call, columns, idOf, isFiltered, bulk, drawer } = props;
  const [view, setView] = props.view;
  const say = useTexts(words);
  const navigate = useNavigate();
  const search: { readonly open?: string; readonly cursor?: string } = useSearch({ strict: false });
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const { data, error, isPlaceholderData, dataUpdatedAt, refetch } = query;
  usePageTitle(title, settings.names[useLanguage()]);

  const items = data?.items ?? [];
  const { keys = {} } = props;
  useRowKeys((key, id) => {
    const item = items.find((one) => idOf(one) === id);
    if (item) keys[key]?.(item);
  });
  const chosen = items.filter((item) => selected.has(idOf(item)));
  const clear = () => setSelected(new Set());
  const retry = () => void refetch();
  const open = (id: string | undefined) =>
    void navigate({ to: '.', search: (before: object) => ({ ...before, open: id }) });
  const selection: Selection | null = bulk ? { ids: selected, set: setSelected } : null;
  return (
    <>
      <ListTitle title={title} page={data}>
        <div className="flex flex-wrap items-center gap-2">
          <KeptViews isFiltered={isFiltered} />
          <AsCall call={call} />
          <ExportMenu title={title} call={call} more={props.exports} />
          <ViewMenu columns={columns} view={view} onChange={setView} />
          {props.actions}
        </div>
      </ListTitle>
      {props.filters && (
        <div role="search" className="flex flex-wrap items-center gap-2">
          {props.filters}
          {isFiltered && (
            <Link to="." search={{}} className={buttonClass('quiet')}>
              {say.clear}
            </Link>
          )}
        </div>
      )}
      {props.notice}
      {error && data && <Stale since={dataUpdatedAt} onRetry={retry} />}
      {bulk && chosen.length > 0 && (
        <SelectionBar count={chosen.length} onClear={clear}>
          {bulk(chosen, clear)}
        </SelectionBar>
      )}
      <div className="border-line min-h-24 overflow-hidden rounded-xl border has-[table]:min-h-0">
        {items.length > 0 && (
          <Table
            {...props}
            items={items}
            columns={shownColumns(columns, view)}
            openId={search.open}
            isDense={view.isDense}
            isDimmed={isPlaceholderData}
            selection={selection}
          />
        )}
        {data && items.length === 0 && (
          <Empty text={isFiltered ? props.emptyFiltered : props.empty}>
            {isFiltered ? (
              <Link to="." search={{}} className={buttonClass()}>
                {say.clear}
              </Link>
            ) : (
              props.emptyAction
            )}
          </Empty>
        )}
        {!data && !error && <Skeleton />}
        {!data && error && <Failure error={error} permission={permission} onRetry={retry} />}
      </div>
      {data && <CursorPager isFirst={search.cursor === undefined} next={data.nextCursor} />}
      {search.open !== undefined && drawer?.(search.open, items.map(idOf), open)}
    </>
  );
}

function SelectionBar({ count, onClear, children }: { count: number; onClear: () => void; children: ReactNode }) {
  const say = useTexts(words);
  const fmt = useFmt();
  return (
    <div
      role="region"
      aria-label={say.selected(fmt.number(count))}
      className="bg-kashi-soft sticky top-16 z-20 flex flex-wrap items-center gap-2 rounded-lg px-3 py-1.5"
    >
      <span className="font-medium">{say.selected(fmt.number(count))}</span>
      {children}
      <Button look="quiet" onClick={onClear} className="ms-auto">
        {say.unselect}
      </Button>
    </div>
  );
}

/** Each page begins after the last row of the one before, so no page is slower than the first. Back goes to the newer one. */
function CursorPager({ isFirst, next }: { readonly isFirst: boolean; readonly next: string | null }) {
  const say = useTexts(words);
  if (isFirst && next === null) return null;
  const to = (cursor: string | undefined) => (before: object) => ({ ...before, cursor, open: undefined });
  return (
    <nav aria-label={say.pages} className="flex items-center gap-2">
      {!isFirst && (
        <>
          <Button onClick={() => history.back()}>
            <Icon name="chevron" className="rotate-180 rtl:rotate-0" />
            {say.newer}
          </Button>
          <Link to="." search={to(undefined)} className={buttonClass('quiet')}>
            {say.first}
          </Link>
        </>
      )}
      {next !== null && (
        <Link to="." search={to(next)} className={`${buttonClass()} ms-auto`}>
          {say.older}
          <Icon name="chevron" className="mirrored" />
        </Link>
      )}
    </nav>
  );
}
