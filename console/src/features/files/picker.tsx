import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { useTexts } from '#app/text/language.ts';
import { Button } from '#app/ui/button.tsx';
import { Drawer } from '#app/ui/overlay/drawer.tsx';
import { Icon } from '#app/ui/icons.tsx';
import { Failure, Skeleton } from '#app/ui/states.tsx';
import { subfoldersQuery, type Folder } from './queries.ts';
import { words } from './words.ts';

interface PickerProps {
  readonly title: string;
  /** Folders that cannot be the target: those that are moved. */
  readonly without: ReadonlySet<string>;
  /** Null: the top. */
  readonly onPick: (folderId: string | null) => void;
  readonly onClose: () => void;
}

/** Goes down the folders, and takes the one that is open. */
export function FolderPicker({ title, without, onPick, onClose }: PickerProps) {
  const say = useTexts(words);
  const [path, setPath] = useState<readonly Folder[]>([]);
  const here = path.at(-1);
  const { data, error, refetch } = useQuery(subfoldersQuery(here?.id ?? null));
  const folders = data?.items.filter(({ id }) => !without.has(id)) ?? [];
  return (
    <Drawer title={title} onClose={onClose}>
      <div className="grid gap-3 p-5">
        <div className="flex flex-wrap items-center justify-between gap-2">
          <div className="flex min-w-0 items-center gap-2">
            {here && (
              <Button
                isSquare
                look="quiet"
                aria-label={say.up}
                title={say.up}
                onClick={() => setPath(path.slice(0, -1))}
              >
                <Icon name="chevron" className="rotate-180 rtl:rotate-0" />
              </Button>
            )}
            <p className="min-w-0 font-semibold [overflow-wrap:anywhere]">
              <bdi>{here?.path ?? say.title}</bdi>
            </p>
          </div>
          <Button look="primary" onClick={() => onPick(here?.id ?? null)}>
            {say.moveHere}
          </Button>
        </div>
        <ul className="divide-line border-line divide-y rounded-lg border">
          {folders.map((folder) => (
            <li key={folder.id}>
              <button
                type="button"
                onClick={() => setPath([...path, folder])}
                className="hover:bg-raised flex min-h-10 w-full items-center gap-2 px-3 text-start -outline-offset-2!"
              >
                <Icon name="folder" className="text-kashi" />
                <bdi className="min-w-0 flex-1 truncate">{folder.name}</bdi>
                <Icon name="chevron" className="mirrored text-ink3 size-3.5" />
              </button>
            </li>
          ))}
          {data && folders.length === 0 && <li className="text-ink3 px-3 py-2.5">{say.noFolders}</li>}
        </ul>
        {!data && !error && <Skeleton rows={3} />}
        {!data && error && <Failure error={error} permission="files.read" onRetry={() => void refetch()} />}
      </div>
    </Drawer>
  );
}
