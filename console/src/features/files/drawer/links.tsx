import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { take } from '#client';
import { ListHead } from '#app/list/tools.tsx';
import { client } from '#app/server/client.ts';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { Badge } from '#app/ui/badge.tsx';
import { Button } from '#app/ui/button.tsx';
import { Confirm } from '#app/ui/overlay/confirm.tsx';
import { Empty, Failure, Skeleton } from '#app/ui/states.tsx';
import { Time } from '#app/ui/time.tsx';
import { words as common } from '#app/ui/words.ts';
import { useAct, type StoredFile } from '../queries.ts';
import { LinkForm, type LinkTarget } from './link-form.tsx';
import { words } from './words.ts';

export function Links({ file }: { readonly file: StoredFile }) {
  return <LinkPart target={{ is: 'file', id: file.id }} canMake={file.storageStatus === 'available'} />;
}

interface Listed {
  readonly id: string;
  readonly expiresAtUtc: string;
  readonly hasPassword: boolean;
  readonly used: number;
  readonly max: number | null;
  readonly revokedAt: string | null;
  readonly createdAt: string;
}

const FILE = '/api/v1/files/{fileId}/links';
const FOLDER = '/api/v1/files/folders/{folderId}/links';

async function readLinks({ is, id }: LinkTarget, signal: AbortSignal): Promise<Listed[]> {
  const query = { pageSize: 100 };
  if (is === 'file') {
    const { items } = await take(client.api.GET(FILE, { params: { path: { fileId: id }, query }, signal }));
    return items.map((link) => ({ ...link, max: link.maxDownloads }));
  }
  const { items } = await take(client.api.GET(FOLDER, { params: { path: { folderId: id }, query }, signal }));
  return items.map((link) => ({ ...link, max: link.maxFiles }));
}

/** The form for a new link, and the links that were made, newest first. */
export function LinkPart({ target, canMake }: { readonly target: LinkTarget; readonly canMake: boolean }) {
  const say = useTexts(words);
  const { cancel } = useTexts(common);
  const act = useAct();
  const [isAsking, setAsking] = useState(false);
  const { is, id } = target;
  const { data, error, refetch } = useQuery({
    queryKey: ['files', 'links', id],
    queryFn: ({ signal }) => readLinks(target, signal),
  });
  const open = data?.filter((link) => stateOf(link) === 'open') ?? [];
  const revokeAll = () => {
    setAsking(false);
    void act(
      () =>
        is === 'file'
          ? take(client.api.DELETE(FILE, { params: { path: { fileId: id } } }))
          : take(client.api.DELETE(FOLDER, { params: { path: { folderId: id } } })),
      { done: say.linksRevoked },
    );
  };
  const revoke = (linkId: string) =>
    void act(
      () =>
        is === 'file'
          ? take(client.api.DELETE(`${FILE}/{linkId}`, { params: { path: { fileId: id, linkId } } }))
          : take(client.api.DELETE(`${FOLDER}/{linkId}`, { params: { path: { folderId: id, linkId } } })),
      { done: say.linkRevoked },
    );
  return (
    <div className="grid gap-3 px-5 pb-5">
      <ListHead
        title={say.tabs.links}
        call={is === 'file' ? { path: FILE, params: { fileId: id } } : { path: FOLDER, params: { folderId: id } }}
        isEmpty={!data?.length}
      >
        <p className="text-ink2">{is === 'file' ? say.linksHelp : say.uploadLinksHelp}</p>
      </ListHead>
      {canMake && <LinkForm target={target} />}
      {data && data.length > 0 && (
        <ul className="divide-line border-line divide-y rounded-lg border">
          {data.map((link) => (
            <Line key={link.id} link={link} onRevoke={() => revoke(link.id)} />
          ))}
        </ul>
      )}
      {open.length > 1 && (
        <Button look="danger" className="justify-self-start" onClick={() => setAsking(true)}>
          {say.revokeAll}
        </Button>
      )}
      {data?.length === 0 && <Empty text={say.noLinks} />}
      {!data && !error && <Skeleton rows={2} />}
      {!data && error && <Failure error={error} permission="files.share" onRetry={() => void refetch()} />}
      {isAsking && (
        <Confirm
          title={say.revokeAllTitle}
          text={say.revokeAllText}
          action={say.revokeAll}
          cancel={cancel}
          onConfirm={revokeAll}
          onCancel={() => setAsking(false)}
        />
      )}
    </div>
  );
}

function stateOf({ revokedAt, expiresAtUtc, used, max }: Listed): 'open' | 'revoked' | 'expired' | 'used' {
  if (revokedAt !== null) return 'revoked';
  if (Date.parse(expiresAtUtc) <= Date.now()) return 'expired';
  return max !== null && used >= max ? 'used' : 'open';
}

function Line({ link, onRevoke }: { readonly link: Listed; readonly onRevoke: () => void }) {
  const say = useTexts(words);
  const fmt = useFmt();
  const state = stateOf(link);
  const uses = link.max === null ? fmt.number(link.used) : say.of(fmt.number(link.used), fmt.number(link.max));
  return (
    <li className="flex flex-wrap items-center gap-3 px-3 py-2">
      <span className="grid min-w-0 flex-1">
        <span className="flex flex-wrap items-center gap-2">
          <Badge state={state === 'open' ? 'ok' : 'plain'}>{say.linkStates[state]}</Badge>
          {link.hasPassword && <Badge>{say.withPassword}</Badge>}
        </span>
        <span className="text-meta text-ink2 flex flex-wrap gap-x-3">
          <span>
            {say.until} <Time at={link.expiresAtUtc} />
          </span>
          <span>{say.uses(uses)}</span>
        </span>
      </span>
      {state === 'open' && (
        <Button look="danger" onClick={onRevoke}>
          {say.revoke}
        </Button>
      )}
    </li>
  );
}
