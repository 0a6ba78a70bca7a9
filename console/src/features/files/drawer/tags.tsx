import { useState } from 'react';
import { useMe } from '#app/server/session.tsx';
import { useTexts } from '#app/text/language.ts';
import { Icon } from '#app/ui/icons.tsx';
import { onServer, useAct, type StoredFile } from '../queries.ts';
import { words } from './words.ts';

/** Each can be taken away; another one is added by Enter. */
export function Tags({ file }: { readonly file: StoredFile }) {
  const say = useTexts(words);
  const act = useAct();
  const { can } = useMe();
  const [typed, setTyped] = useState('');
  const canChange = can('files.write') && file.storageStatus !== 'deleted';
  const add = async () => {
    if (typed.trim() !== '' && (await act(() => onServer.tag(file.id, typed.trim())))) setTyped('');
  };
  return (
    <span className="flex flex-wrap items-center gap-1.5">
      {file.tags.map((tag) => (
        <span
          key={tag}
          className="bg-raised text-ink2 text-meta inline-flex min-h-6 items-center gap-0.5 rounded-full ps-2.5"
        >
          <bdi>{tag}</bdi>
          {canChange ? (
            <button
              type="button"
              aria-label={say.removeTag(tag)}
              title={say.removeTag(tag)}
              onClick={() => void act(() => onServer.untag(file.id, tag))}
              className="hover:text-ink grid size-6 place-items-center"
            >
              <Icon name="close" className="size-3" />
            </button>
          ) : (
            <span className="w-2.5" />
          )}
        </span>
      ))}
      {canChange && (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void add();
          }}
        >
          <input
            aria-label={say.addTag}
            placeholder={say.addTag}
            dir="auto"
            maxLength={50}
            value={typed}
            onChange={({ target }) => setTyped(target.value)}
            className="control w-32"
          />
        </form>
      )}
    </span>
  );
}
