import { useRef, useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { take } from '#client';
import { useDock } from '#app/dock/dock.tsx';
import { ListHead } from '#app/list/tools.tsx';
import { client } from '#app/server/client.ts';
import { useMe } from '#app/server/session.tsx';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { Button } from '#app/ui/button.tsx';
import { Confirm } from '#app/ui/overlay/confirm.tsx';
import { Icon } from '#app/ui/icons.tsx';
import { Empty, Failure, Skeleton } from '#app/ui/states.tsx';
import { Time } from '#app/ui/time.tsx';
import { words as common } from '#app/ui/words.ts';
import { useQueryClient } from '@tanstack/react-query';
import { FileState } from '../columns.tsx';
import { useDownload } from '../download.ts';
import { useAct, type StoredFile } from '../queries.ts';
import { words } from './words.ts';

const PATH = '/api/v1/files/{fileId}/versions';

interface VersionsProps {
  readonly file: StoredFile;
  readonly isOwn: boolean;
}

/** Older contents, newest first, and a new one that is still being judged. */
export function Versions({ file, isOwn }: VersionsProps) {
  const say = useTexts(words);
  const { cancel } = useTexts(common);
  const fmt = useFmt();
  const { can } = useMe();
  const act = useAct();
  const download = useDownload();
  const [asked, setAsked] = useState<string | null>(null);
  const { id: fileId } = file;
  const { data, error, refetch } = useQuery({
    queryKey: ['files', 'versions', fileId],
    queryFn: ({ signal }) =>
      take(client.api.GET(PATH, { params: { path: { fileId }, query: { pageSize: 100 } }, signal })),
    refetchInterval: ({ state }) => (state.data?.items.some((one) => one.storageStatus === 'pending') ? 2000 : false),
  });
  const remove = (versionId: string) => {
    setAsked(null);
    void act(() => take(client.api.DELETE(`${PATH}/{versionId}`, { params: { path: { fileId, versionId } } })), {
      done: say.versionDeleted,
    });
  };
  const restore = (versionId: string) =>
    void act(() => take(client.api.POST(`${PATH}/{versionId}/restore`, { params: { path: { fileId, versionId } } })), {
      done: say.versionRestored,
    });
  return (
    <div className="grid gap-3 px-5 pb-5">
      <p className="text-ink2">{say.versionsHelp}</p>
      {can('files.write') && <NewVersion file={file} />}
      {data && data.items.length > 0 && (
        <ListHead title={say.olderVersions} call={{ path: PATH, params: { fileId } }} isEmpty={false} />
      )}
      {data && data.items.length > 0 && (
        <ul className="divide-line border-line divide-y rounded-lg border">
          {data.items.map((version) => (
            <li key={version.id} className="flex flex-wrap items-center gap-x-3 gap-y-1 px-3 py-2">
              <span className="grid min-w-0 flex-1">
                <Time at={version.createdAt} />
                <span className="text-meta text-ink2 flex flex-wrap items-center gap-2">
                  {version.sizeBytes !== null && fmt.bytes(version.sizeBytes)}
                  <FileState file={version} />
                </span>
              </span>
              {version.storageStatus === 'available' && (
                <>
                  <Button look="quiet" onClick={() => download.version(file, version.id, version.sizeBytes)}>
                    {say.download}
                  </Button>
                  {can('files.write') && (
                    <Button look="quiet" onClick={() => restore(version.id)}>
                      {say.restoreVersion}
                    </Button>
                  )}
                </>
              )}
              {(isOwn || version.storageStatus !== 'available') && can('files.write') && (
                <Button look="danger" onClick={() => setAsked(version.id)}>
                  {say.deleteVersion}
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
      {data?.items.length === 0 && <Empty text={say.noVersions} />}
      {!data && !error && <Skeleton rows={3} />}
      {!data && error && <Failure error={error} permission="files.read" onRetry={() => void refetch()} />}
      {asked !== null && (
        <Confirm
          title={say.deleteVersionTitle}
          text={say.deleteVersionText(file.fileName)}
          action={say.deleteVersion}
          cancel={cancel}
          onConfirm={() => remove(asked)}
          onCancel={() => setAsked(null)}
        />
      )}
    </div>
  );
}

/** The file keeps its name, links and access list. */
function NewVersion({ file: { id: fileId, fileName } }: { readonly file: StoredFile }) {
  const say = useTexts(words);
  const dock = useDock();
  const queries = useQueryClient();
  const input = useRef<HTMLInputElement>(null);
  const send = (content: File) => {
    const form = new FormData();
    form.set('file', content);
    dock.start({
      title: say.replacing(fileName),
      async run(_, signal) {
        await take(
          client.api.PUT('/api/v1/files/{fileId}/content', {
            params: { path: { fileId } },
            body: form as never,
            bodySerializer: (body) => body as never,
            signal,
          }),
        );
        await queries.invalidateQueries({ queryKey: ['files'] });
        return say.replaced;
      },
    });
  };
  return (
    <>
      <Button onClick={() => input.current?.click()} className="justify-self-start">
        <Icon name="upload" />
        {say.newVersion}
      </Button>
      <input
        ref={input}
        type="file"
        hidden
        onChange={({ target }) => {
          const [content] = target.files ?? [];
          if (content) send(content);
          target.value = '';
        }}
      />
    </>
  );
}
