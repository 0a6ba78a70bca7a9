import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { RowDrawer, type RowDrawerProps } from '#app/list/drawer.tsx';
import { useMe } from '#app/server/session.tsx';
import { useTexts } from '#app/text/language.ts';
import { Button } from '#app/ui/button.tsx';
import { Fact, Facts } from '#app/ui/facts.tsx';
import { Time } from '#app/ui/time.tsx';
import { Owner } from '../columns.tsx';
import { PurgeDialog } from '../purge.tsx';
import { folderQuery, onServer, useAct, type Folder } from '../queries.ts';
import { FOLDER_ROW } from '../search.ts';
import { words } from './words.ts';

/** A folder in the trash: what it took along comes back with it, or goes with it. */
export function TrashedFolder(row: RowDrawerProps) {
  const say = useTexts(words);
  return (
    <RowDrawer
      {...row}
      title={(folder) => folder?.name ?? say.folder}
      query={useQuery(folderQuery(row.id.slice(FOLDER_ROW.length)))}
      permission="files.read"
    >
      {(folder) => <Trashed folder={folder} onGone={() => row.onGo(undefined)} />}
    </RowDrawer>
  );
}

function Trashed({ folder, onGone }: { readonly folder: Folder; readonly onGone: () => void }) {
  const say = useTexts(words);
  const { can } = useMe();
  const act = useAct();
  const [isAsking, setAsking] = useState(false);
  const item = { is: 'folder', folder } as const;
  const restore = async () => {
    if (await act(() => onServer.restore(item), { done: say.restored(folder.name) })) onGone();
  };
  const purge = async () => {
    setAsking(false);
    if (await act(() => onServer.purge(item), { done: say.purged(folder.name) })) onGone();
  };
  return (
    <div className="grid gap-4 py-5">
      <p className="text-ink2 px-5">{say.trashedFolderHelp}</p>
      {can('files.delete') && (
        <div className="flex flex-wrap gap-2 px-5">
          <Button look="primary" onClick={() => void restore()}>
            {say.restore}
          </Button>
          <Button look="danger" onClick={() => setAsking(true)}>
            {say.purge}
          </Button>
        </div>
      )}
      <Facts>
        <Fact name={say.path}>
          <bdi>{folder.path}</bdi>
        </Fact>
        <Fact name={say.owner}>
          <Owner id={folder.ownerId} />
        </Fact>
        {folder.deletedAt !== null && (
          <Fact name={say.deletedAt}>
            <Time at={folder.deletedAt} />
          </Fact>
        )}
      </Facts>
      {isAsking && (
        <PurgeDialog
          text={say.purgeFolderText(folder.name)}
          expected={folder.name}
          action={say.purge}
          onConfirm={() => void purge()}
          onClose={() => setAsking(false)}
        />
      )}
    </div>
  );
}
