import { useState } from 'react';
import { useMe } from '#app/server/session.tsx';
import { useTexts } from '#app/text/language.ts';
import { Button } from '#app/ui/button.tsx';
import { onServer, type Item, type Place } from '../queries.ts';
import { words } from '../words.ts';
import { tagItem, useBulk, useRemove, type Batch } from './run.ts';
import { TagDrawer } from './tag-drawer.tsx';

interface WholeActionsProps {
  readonly whole: Batch;
  readonly place: Place;
  readonly onDone: () => void;
}

/** What can be done with everything that matches the filters. Nothing that cannot be taken back. */
export function WholeActions({ whole, place: { isTrash }, onDone }: WholeActionsProps) {
  const say = useTexts(words);
  const { can } = useMe();
  const run = useBulk();
  const remove = useRemove();
  const [isTagging, setTagging] = useState(false);
  const start = (title: string, work: (item: Item) => Promise<unknown>) => {
    onDone();
    run(title, whole, work);
  };
  return (
    <>
      <span role="status">{say.allSelected}</span>
      {!isTrash && can('files.write') && <Button onClick={() => setTagging(true)}>{say.tagAll}</Button>}
      {!isTrash && can('files.delete') && (
        <Button look="danger" onClick={() => (onDone(), remove(say.deletingAll, whole))}>
          {say.deleteAll}
        </Button>
      )}
      {isTrash && can('files.delete') && (
        <Button onClick={() => start(say.restoringAll, onServer.restore)}>{say.restoreAll}</Button>
      )}
      {isTagging && (
        <TagDrawer
          title={say.tagAll}
          onTag={(tag) => start(say.taggingAll, (item) => tagItem(item, tag))}
          onClose={() => setTagging(false)}
        />
      )}
    </>
  );
}
