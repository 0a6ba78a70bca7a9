import { useState, type ReactNode } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { ApiError } from '#client';
import { useDock } from '#app/dock/dock.tsx';
import { useMe } from '#app/server/session.tsx';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { Button } from '#app/ui/button.tsx';
import { Drawer } from '#app/ui/overlay/drawer.tsx';
import { useToast } from '#app/ui/overlay/toast.tsx';
import { words as common } from '#app/ui/words.ts';
import { useDownload } from './download.ts';
import { FolderPicker } from './picker.tsx';
import { PurgeDialog } from './purge.tsx';
import { onServer, type Item, type Place } from './queries.ts';
import { words } from './words.ts';

interface BulkProps {
  readonly items: readonly Item[];
  readonly place: Place;
  readonly onDone: () => void;
}

/** What can be done with the selected rows: one after the other, in the dock. */
export function Bulk({ items, place, onDone }: BulkProps) {
  const say = useTexts(words);
  const fmt = useFmt();
  const { can } = useMe();
  const run = useBulk();
  const { archive } = useDownload();
  const { undo } = useTexts(common);
  const tell = useToast();
  const [asking, setAsking] = useState<'move' | 'tag' | 'purge' | null>(null);
  const count = fmt.number(items.length);
  const files = items.flatMap((item) => (item.is === 'file' ? [item.file] : []));
  const close = () => setAsking(null);

  const start: typeof run = (title, things, work, after) => {
    close();
    onDone();
    run(title, things, work, after);
  };
  const remove = () =>
    start(say.deleting(count), items, onServer.remove, (done) =>
      tell(say.deletedMany(fmt.number(done.length)), {
        text: undo,
        run: () => run(say.restoring(fmt.number(done.length)), done, onServer.restore),
      }),
    );
  if (place.isTrash)
    return (
      <>
        {can('files.delete') && (
          <Button onClick={() => start(say.restoring(count), items, onServer.restore)}>{say.restoreMany(count)}</Button>
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
            onConfirm={() => start(say.purging(count), items, onServer.purge)}
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
        <Button look="danger" onClick={remove}>
          {say.deleteMany(count)}
        </Button>
      )}
      {asking === 'move' && (
        <FolderPicker
          title={say.moveMany(count)}
          without={new Set(items.flatMap((item) => (item.is === 'folder' ? [item.folder.id] : [])))}
          onPick={(folderId) => start(say.moving(count), items, (item) => onServer.move(item, folderId))}
          onClose={close}
        />
      )}
      {asking === 'tag' && (
        <TagDrawer
          count={fmt.number(files.length)}
          onTag={(tag) => start(say.tagging(fmt.number(files.length)), items, (item) => tagItem(item, tag))}
          onClose={close}
        />
      )}
    </>
  );
}

async function tagItem(item: Item, tag: string): Promise<unknown> {
  return item.is === 'file' ? onServer.tag(item.file.id, tag) : undefined;
}

/** Runs one call for each thing. What the server refuses is counted, and the first reason is told. */
function useBulk() {
  const dock = useDock();
  const queries = useQueryClient();
  const say = useTexts(words);
  const fmt = useFmt();
  return (
    title: string,
    items: readonly Item[],
    work: (item: Item) => Promise<unknown>,
    after?: (done: readonly Item[]) => void,
  ): void =>
    dock.start({
      title,
      async run(report, signal) {
        const done: Item[] = [];
        const refused: ApiError[] = [];
        for (const item of items) {
          if (signal.aborted) break;
          try {
            await work(item);
            done.push(item);
          } catch (error) {
            if (!(error instanceof ApiError)) throw error;
            refused.push(error);
          }
          report({ done: done.length + refused.length, total: items.length });
        }
        await queries.invalidateQueries({ queryKey: ['files'] });
        if (done.length > 0) after?.(done);
        const [first] = refused;
        if (!first) return say.doneMany(fmt.number(done.length));
        if (done.length === 0) throw first;
        return say.someRefused(fmt.number(done.length), fmt.number(refused.length), first.message);
      },
    });
}

interface TagDrawerProps {
  readonly count: string;
  readonly onTag: (tag: string) => void;
  readonly onClose: () => void;
}

function TagDrawer({ count, onTag, onClose }: TagDrawerProps): ReactNode {
  const say = useTexts(words);
  const [tag, setTag] = useState('');
  return (
    <Drawer title={say.tagMany(count)} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (tag.trim() !== '') onTag(tag.trim());
        }}
        className="grid gap-4 p-5"
      >
        <label className="text-ink2 grid gap-1 font-medium">
          {say.tagName}
          <input
            name="tag"
            data-first
            dir="auto"
            maxLength={50}
            value={tag}
            onChange={({ target }) => setTag(target.value)}
            className="control text-ink font-normal"
          />
        </label>
        <Button type="submit" look="primary" disabled={tag.trim() === ''} className="justify-self-start">
          {say.tagMany(count)}
        </Button>
      </form>
    </Drawer>
  );
}
