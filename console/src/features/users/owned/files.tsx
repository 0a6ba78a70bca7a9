import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { Badge } from '#app/ui/badge.tsx';
import { Time } from '#app/ui/time.tsx';
import { FILES, ownedFilesQuery } from '../queries.ts';
import { words } from '../words.ts';
import { OwnedRows } from './rows.tsx';

/** What the person has uploaded, newest first. */
export function OwnedFiles({ userId }: { readonly userId: string }) {
  const say = useTexts(words);
  const fmt = useFmt();
  return (
    <div className="grid gap-3 px-5">
      <OwnedRows
        query={useInfiniteQuery(ownedFilesQuery(userId))}
        title={say.tabs.files}
        call={{ path: FILES, query: { ownerId: userId } }}
        permission="files.manage_all"
        empty={say.filesEmpty}
        row={({ id, fileName, sizeBytes, createdAt, storageStatus }) => (
          <li key={id} className="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2">
            <span className="min-w-0 flex-1">
              <Link to="/files" search={{ owner: 'all', open: id }} className="font-medium break-all hover:underline">
                <bdi>{fileName}</bdi>
              </Link>
            </span>
            {storageStatus !== 'available' && (
              <Badge state={storageStatus === 'pending' ? 'info' : 'warn'}>{say.fileStates[storageStatus]}</Badge>
            )}
            {sizeBytes !== null && <span className="text-ink2">{fmt.bytes(sizeBytes)}</span>}
            <span className="text-ink2">
              <Time at={createdAt} />
            </span>
          </li>
        )}
      />
    </div>
  );
}
