import { useQuery } from '@tanstack/react-query';
import { Link, useParams, useSearch } from '@tanstack/react-router';
import { ListPage } from '#app/list/page.tsx';
import { useListView } from '#app/list/view.ts';
import { useMe } from '#app/server/session.tsx';
import { useTexts } from '#app/text/language.ts';
import { buttonClass } from '#app/ui/button.tsx';
import { Icon } from '#app/ui/icons.tsx';
import { Bulk } from './bulk/bulk.tsx';
import type { Batch } from './bulk/run.ts';
import { useColumns } from './columns.tsx';
import { Crumbs } from './crumbs.tsx';
import { FileDrawer } from './drawer/drawer.tsx';
import { FolderDrawer } from './drawer/folder.tsx';
import { TrashedFolder } from './drawer/trashed.tsx';
import { DropZone, UploadButton } from './drop.tsx';
import { Filters } from './filters.tsx';
import { useGo } from './go.ts';
import { NewFolder } from './new-folder.tsx';
import {
  filesQuery,
  folderQuery,
  idOf,
  nameOf,
  PATH,
  readAll,
  toFileQuery,
  type Asked,
  type FilePage,
  type Place,
} from './queries.ts';
import { FOLDER_ROW, isFiltered, type FilesSearch } from './search.ts';
import { words } from './words.ts';

export function FilesPage() {
  return <FileList key="top" folderId={null} isTrash={false} />;
}

export function FolderPage() {
  const { folderId } = useParams({ from: '/files/folders/$folderId' });
  return <FileList key={folderId} folderId={folderId} isTrash={false} />;
}

export function TrashPage() {
  return <FileList key="trash" folderId={null} isTrash />;
}

/** The folders and files of one place. At the top, those of all folders, newest first. */
function FileList(place: Place) {
  const say = useTexts(words);
  const { folderId, isTrash } = place;
  const { id: me, can } = useMe();
  const search: FilesSearch = useSearch({ strict: false });
  const view = useListView('files');
  const folder = useQuery({ ...folderQuery(folderId ?? ''), enabled: folderId !== null });
  const isOwn = can('files.manage_all') && search.owner !== 'all' && folderId === null;
  const asked: Asked = { ...place, search, pageSize: view[0].size, ownerId: isOwn ? me : undefined };
  const query = useQuery(filesQuery(asked));
  const canUpload = can('files.write') && !isTrash;
  const [title, empty] = isTrash
    ? [say.trash, say.emptyTrash]
    : [folderId === null ? say.title : (folder.data?.name ?? say.folder), say.empty];
  return (
    <>
      <Crumbs place={place} />
      <ListPage
        title={title}
        query={query}
        permission="files.read"
        call={{ path: PATH, query: toFileQuery(asked) }}
        view={view}
        idOf={idOf}
        nameTitle={say.name}
        name={(item) => (
          <span className="flex items-center gap-2">
            <Icon
              name={item.is === 'folder' ? 'folder' : 'file'}
              className={item.is === 'folder' ? 'text-kashi' : 'text-ink3'}
            />
            <span dir="auto" className="min-w-0 truncate">
              {nameOf(item)}
            </span>
          </span>
        )}
        plainName={nameOf}
        columns={useColumns(place, isOwn)}
        actions={canUpload && <Actions folderId={folderId} />}
        filters={<Filters place={place} search={search} />}
        isFiltered={isFiltered(search)}
        empty={empty}
        emptyAction={canUpload && <UploadButton folderId={folderId} look="plain" />}
        emptyFiltered={say.emptyFiltered}
        bulk={(items, clear) => (
          <Bulk items={items} place={place} whole={toWhole(asked, query.data, items.length)} onDone={clear} />
        )}
        drawer={(id, ids, onGo) => <Opened id={id} ids={ids} onGo={onGo} folderId={folderId} />}
      />
      {canUpload && <DropZone folderId={folderId} />}
    </>
  );
}

/** Offered where a whole page is selected, and is not all. */
function toWhole(asked: Asked, page: FilePage | undefined, selected: number): Batch | null {
  if (!page || selected < page.items.length || (page.nextCursor === null && !asked.search.cursor)) return null;
  const { totalCount, totalCountCapped } = page;
  return { total: totalCountCapped ? null : totalCount, items: (signal) => readAll(asked, signal) };
}

function Actions({ folderId }: { readonly folderId: string | null }) {
  const say = useTexts(words);
  const open = (id: string) => (before: object) => ({ ...before, open: id });
  return (
    <>
      {folderId !== null && (
        <Link to="." search={open('folder')} className={buttonClass()}>
          {say.folderDetails}
        </Link>
      )}
      <Link to="." search={open('new-folder')} className={buttonClass()}>
        <Icon name="folder" />
        {say.newFolder}
      </Link>
      <UploadButton folderId={folderId} look="primary" />
    </>
  );
}

interface OpenedProps {
  readonly id: string;
  readonly ids: readonly string[];
  readonly onGo: (id: string | undefined) => void;
  readonly folderId: string | null;
}

/** What `open` in the address names. */
function Opened({ id, ids, onGo, folderId }: OpenedProps) {
  const change = useGo();
  // The tab belongs to the drawer: it goes with it.
  const go = (next: string | undefined) => {
    if (next === undefined) change(({ open: _, tab: __, ...before }) => before);
    else onGo(next);
  };
  if (id === 'new-folder') return <NewFolder parentId={folderId} onClose={() => go(undefined)} />;
  if (id === 'folder' && folderId !== null) return <FolderDrawer id={id} ids={[]} onGo={go} folderId={folderId} />;
  if (id.startsWith(FOLDER_ROW)) return <TrashedFolder id={id} ids={ids} onGo={go} />;
  return <FileDrawer id={id} ids={ids.filter((one) => !one.startsWith(FOLDER_ROW))} onGo={go} />;
}
