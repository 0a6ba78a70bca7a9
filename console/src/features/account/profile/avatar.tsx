import { useEffect, useRef, useState } from 'react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { ApiError, ifMatch, take, type File as StoredFile, type Profile } from '#client';
import { client } from '#app/server/client.ts';
import { FailureText } from '#app/server/failure.tsx';
import { useMe } from '#app/server/session.tsx';
import { useTexts } from '#app/text/language.ts';
import { Button } from '#app/ui/button.tsx';
import { Panel, useAct } from '../parts.tsx';
import { words } from './words.ts';

const PICTURES = 'image/jpeg,image/png,image/webp,image/gif,image/avif';
const CHECKS = 60; // of a file, one a second: it is scanned before it is shown
const AVATAR = '/api/v1/profiles/me/avatar';
const ME = '/api/v1/profiles/me';

/** The picture. The server takes the largest square in its middle. */
export function Avatar({ profile }: { readonly profile: Profile | null }) {
  const say = useTexts(words);
  const { firstName, lastName, can } = useMe();
  const queries = useQueryClient();
  const input = useRef<HTMLInputElement>(null);
  const { run, error, isPending } = useAct('profile', 'avatar');
  const url = useAvatar(profile?.avatarFileId ?? null);

  const upload = async (file: File) => {
    const form = new FormData();
    form.append('file', file);
    const { id } = await take<StoredFile>(
      client.api.POST('/api/v1/files', { body: form as never, bodySerializer: () => form }),
    );
    const base = profile ?? (await take(client.api.POST(ME, { body: {} })));
    queries.setQueryData(['account', 'profile'], await choose(id, base));
  };
  const remove = async () => {
    if (profile) await take(client.api.DELETE(AVATAR, { params: { header: ifMatch(profile) } }));
  };
  return (
    <Panel title={say.avatar} about={say.avatarAbout}>
      <div className="flex flex-wrap items-center gap-4 p-4">
        {url ? (
          <img src={url} alt={say.avatar} className="size-16 rounded-full object-cover" />
        ) : (
          <span
            aria-hidden="true"
            className="bg-ajor-soft text-ajor grid size-16 place-items-center rounded-full text-[20px]"
          >
            {`${firstName.slice(0, 1)}\u200c${lastName.slice(0, 1)}`.toUpperCase()}
          </span>
        )}
        {can('files.write') && (
          <>
            <input
              ref={input}
              type="file"
              accept={PICTURES}
              aria-label={say.chooseAvatar}
              className="sr-only"
              tabIndex={-1}
              onChange={({ target }) => {
                const [file] = target.files ?? [];
                target.value = '';
                if (file) run({ work: () => upload(file), done: say.avatarSet });
              }}
            />
            <Button disabled={isPending} onClick={() => input.current?.click()}>
              {isPending ? say.avatarWorking : say.chooseAvatar}
            </Button>
          </>
        )}
        {profile?.avatarFileId && (
          <Button look="danger" disabled={isPending} onClick={() => run({ work: remove })}>
            {say.removeAvatar}
          </Button>
        )}
      </div>
      {error && (
        <div className="px-4 pb-4">
          <FailureText error={error} />
        </div>
      )}
    </Panel>
  );
}

/** Chosen once the file is checked. */
async function choose(avatarFileId: string, base: Profile): Promise<Profile> {
  for (let check = 1; ; check++) {
    try {
      return await take(client.api.PUT(AVATAR, { params: { header: ifMatch(base) }, body: { avatarFileId } }));
    } catch (error) {
      const isPending = error instanceof ApiError && error.code === 'profiles.avatar_file_pending';
      if (!isPending || check === CHECKS) throw error;
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  }
}

/** An address of the picture in this page: its own needs a token, which an `img` cannot send. */
function useAvatar(fileId: string | null): string | null {
  const { data } = useQuery({
    queryKey: ['account', 'avatar', fileId],
    queryFn: ({ signal }) =>
      take<Blob>(client.api.GET(AVATAR, { params: { query: { size: '256' } }, parseAs: 'blob', signal })),
    enabled: fileId !== null,
  });
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    if (!data || fileId === null) return setUrl(null);
    const made = URL.createObjectURL(data);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [data, fileId]);
  return url;
}
