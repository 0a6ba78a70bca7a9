import { useMe } from '#app/server/session.tsx';
import { useTexts } from '#app/text/language.ts';
import { Button } from '#app/ui/button.tsx';
import { Icon } from '#app/ui/icons.tsx';
import { Chips, Choice, SearchBox } from '#app/ui/list.tsx';
import { Usage } from './crumbs.tsx';
import { useGo } from './go.ts';
import type { Place } from './queries.ts';
import { kinds, states, type FilesSearch, type Kind } from './search.ts';
import { words } from './words.ts';

interface FiltersProps {
  readonly place: Place;
  readonly search: FilesSearch;
}

export function Filters({
  place: { folderId, isTrash },
  search: { text = '', kind, tag, state, in: within, owner },
}: FiltersProps) {
  const say = useTexts(words);
  const go = useGo();
  const { can } = useMe();
  const filter = (change: Partial<FilesSearch>) => go(({ cursor: _, ...before }) => ({ ...before, ...change }));
  const kindNames = Object.keys(kinds) as Kind[];
  return (
    <>
      <SearchBox
        value={text}
        label={folderId === null ? say.search : say.searchFolder}
        onChange={(next) => filter({ text: next || undefined })}
      />
      <Choice<'all' | Kind>
        label={say.type}
        value={kind ?? 'all'}
        options={[['all', say.everyType], ...kindNames.map((one) => [one, say.kinds[one]] as const)]}
        onChange={(one) => filter({ kind: one === 'all' ? undefined : one })}
      />
      {!isTrash && (
        <Choice<'all' | (typeof states)[number]>
          label={say.state}
          value={state ?? 'all'}
          options={[['all', say.everyState], ...states.map((one) => [one, say.states[one]] as const)]}
          onChange={(one) => filter({ state: one === 'all' ? undefined : one })}
        />
      )}
      {!isTrash && folderId === null && (
        <Choice<'any' | 'none'>
          label={say.folder}
          value={within ?? 'any'}
          options={[
            ['any', say.anyFolder],
            ['none', say.noFolder],
          ]}
          onChange={(one) => filter({ in: one === 'none' ? one : undefined })}
        />
      )}
      {can('files.manage_all') && folderId === null && (
        <Chips<'own' | 'all'>
          label={say.owner}
          value={owner ?? 'own'}
          options={[
            ['own', say.ownFiles],
            ['all', say.allFiles],
          ]}
          onChange={(one) => filter({ owner: one === 'all' ? one : undefined })}
        />
      )}
      {tag !== undefined && (
        <Button onClick={() => filter({ tag: undefined })} title={say.removeFilter}>
          <bdi>{say.tagFilter(tag)}</bdi>
          <Icon name="close" className="size-3.5" />
        </Button>
      )}
      <Usage isTrash={isTrash} />
    </>
  );
}
