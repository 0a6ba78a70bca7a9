import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { Icon } from '#app/ui/icons.tsx';
import { pathQuery, usageQuery, type Place } from './queries.ts';
import { words } from './words.ts';

const LINK = 'text-kashi inline-flex min-h-6 items-center gap-1.5 hover:underline';

/** Where the list is, from the top. */
export function Crumbs({ place: { folderId, isTrash } }: { readonly place: Place }) {
  const say = useTexts(words);
  const { data: path } = useQuery({ ...pathQuery(folderId ?? '', useQueryClient()), enabled: folderId !== null });
  if (folderId === null && !isTrash) return null; // the title says it
  return (
    <nav aria-label={say.where} className="flex min-w-0 flex-wrap items-center gap-1.5">
      <Link to="/files" search={{}} className={LINK}>
        {say.title}
      </Link>
      {path?.map(({ id, name }) => (
        <span key={id} className="inline-flex min-w-0 items-center gap-1.5">
          <Icon name="chevron" className="mirrored text-ink3 size-3" />
          {id === folderId ? (
            <bdi aria-current="location" className="truncate">
              {name}
            </bdi>
          ) : (
            <Link to="/files/folders/$folderId" params={{ folderId: id }} search={{}} className={LINK}>
              <bdi>{name}</bdi>
            </Link>
          )}
        </span>
      ))}
      {isTrash && (
        <>
          <Icon name="chevron" className="mirrored text-ink3 size-3" />
          <span aria-current="location">{say.trash}</span>
        </>
      )}
    </nav>
  );
}

/** How much room the user's files take, and the way to the trash, which takes some of it. */
export function Usage({ isTrash }: { readonly isTrash: boolean }) {
  const say = useTexts(words);
  const fmt = useFmt();
  const { data } = useQuery(usageQuery);
  return (
    <div className="text-meta text-ink2 ms-auto flex flex-wrap items-center justify-between gap-x-4 max-sm:w-full">
      {data && (
        <span>
          {data.quotaBytes === null
            ? say.usage(fmt.bytes(data.usedBytes))
            : say.usageOf(fmt.bytes(data.usedBytes), fmt.limit(data.quotaBytes))}
        </span>
      )}
      {!isTrash && (
        <Link to="/files/trash" search={{}} className={LINK}>
          <Icon name="trash" className="size-3.5" />
          {say.trash}
        </Link>
      )}
    </div>
  );
}
