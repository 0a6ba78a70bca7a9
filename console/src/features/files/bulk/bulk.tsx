import { useState } from 'react';
import { useMe } from '#app/server/session.tsx';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { Button } from '#app/ui/button.tsx';
import { useDownload } from '../download.ts';
import { FolderPicker } from '../picker.tsx';
import { PurgeDialog } from '../purge.tsx';
import { onServer, type Item, type Place } from '../queries.ts';
import { words } from '../words.ts';
import { batchOf, tagItem, useBulk, useRemove, type Batch } from './run.ts';
import { TagDrawer } from './tag-drawer.tsx';
import { WholeActions } from './whole.tsx';

interface BulkProps {
  readonly items: readonly Item[];
  readonly place: Place;
  /** Everything that matches the filters, where that is more than this page. */
  readonly whole: Batch | null;
  readonly onDone: () => void;
}

/** What can be done with the selected rows, or with all that match: one after the other, in the dock. */
export function Bulk({ whole, ...page }: BulkProps) {
  const say = useTexts(words);
  const fmt = useFmt();
  const [isWhole, setWhole] = useState(false);
  if (whole && isWhole) return <WholeActions whole={whole} place={page.place} onDone={page.onDone} />;
  return (
    <>
      <PageActions {...page} />
      {whole && (
        <Button look="quiet" onClick={() => setWhole(true)}>
          {whole.total === null ? say.selectAllUncounted : say.selectAll(fmt.number(whole.total))}
        </Button>
      )}
    </>
  );
}

function PageActions({ items, place, onDone }: Omit<BulkProps, 'whole'>) {
  const say = useTexts(words);
  const fmt = useFmt();
  const { can } = useMe();
  const run = useBulk();
  const { archive } = useDownload();
  const [asking, setAsking] = useState<'move' | 'tag' | 'purge' | null>(null);
  const count = fmt.number(items.length);
  const files = items.flatMap((item) => (item.is === 'file' ? [item.file] : []));
  const close = () => setAsking(null);

  const start = (title: string, work: (item: Item) => Promise<unknown>) => {
    close();
    onDone();
    run(title, batchOf(items), work);
  };
  const remove = useRemove();
  if (place.isTrash)
    return (
      <>
        {can('files.delete') && (
          <Button onClick={() => start(say.restoring(count), onServer.restore)}>{say.restoreMany(count)}</Button>
        )}
        {can('files.delete') && (
          <Button look="danger" onClick={() => setAsking('purge')}>
            {say.purgeMany(count)}
          </Button>
        )}
        {asking === 'purge' && (
          <PurgeDialog
            text={say.purgeManyText(count)}
            expected={count}
            action={say.purgeMany(count)}
            onConfirm={() => start(say.purging(count), onServer.purge)}
            onClose={close}
          />
        )}
      </>
    );
  return (
    <>
      {can('files.write') && <Button onClick={() => setAsking('move')}>{say.move}</Button>}
      {can('files.write') && files.length > 0 && <Button onClick={() => setAsking('tag')}>{say.tag}</Button>}
      {files.length > 0 && (
        <Button
          onClick={() =>
            archive(
              files.map(({ id }) => id),
              say.archiveName,
            )
          }
        >
          {say.downloadMany(fmt.number(files.length))}
        </Button>
      )}
      {can('files.delete') && (
        <Button look="danger" onClick={() => (onDone(), remove(say.deleting(count), batchOf(items)))}>
          {say.deleteMany(count)}
        </Button>
      )}
      {asking === 'move' && (
        <FolderPicker
          title={say.moveMany(count)}
          without={new Set(items.flatMap((item) => (item.is === 'folder' ? [item.folder.id] : [])))}
          onPick={(folderId) => start(say.moving(count), (item) => onServer.move(item, folderId))}
          onClose={close}
        />
      )}
      {asking === 'tag' && (
        <TagDrawer
          title={say.tagMany(fmt.number(files.length))}
          onTag={(tag) => start(say.tagging(fmt.number(files.length)), (item) => tagItem(item, tag))}
          onClose={close}
        />
      )}
    </>
  );
}
