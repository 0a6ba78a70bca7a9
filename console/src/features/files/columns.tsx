import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { take } from '#client';
import type { Column } from '#app/list/columns.ts';
import { client } from '#app/server/client.ts';
import { useMe } from '#app/server/session.tsx';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { Badge, type State } from '#app/ui/badge.tsx';
import { Time } from '#app/ui/time.tsx';
import type { Item, Place, StoredFile } from './queries.ts';
import { words } from './words.ts';

/** `isOwn`: of one owner, who is reading. */
export function useColumns({ folderId, isTrash }: Place, isOwn: boolean): readonly Column<Item>[] {
  const say = useTexts(words);
  const fmt = useFmt();
  const ofFile = (item: Item) => (item.is === 'file' ? item.file : null);
  const tags: Column<Item> = {
    key: 'tags',
    title: say.tags,
    cell: (item) => <Tags tags={ofFile(item)?.tags ?? []} />,
  };
  const time = (item: Item) => {
    const { createdAt, deletedAt } = item.is === 'file' ? item.file : item.folder;
    const at = isTrash ? deletedAt : createdAt;
    return at && <Time at={at} />;
  };
  const state: Column<Item> = {
    key: 'state',
    title: say.state,
    cell: (item) => item.is === 'file' && <FileState file={item.file} />,
    isOnPhone: true,
  };
  return [
    ...(isTrash ? [] : [state]), // all of its files are deleted
    {
      key: 'size',
      title: say.size,
      isNumber: true,
      cell: (item) => {
        const bytes = ofFile(item)?.sizeBytes ?? null;
        return bytes === null ? null : fmt.bytes(bytes);
      },
      isOnPhone: true,
    },
    {
      key: 'kind',
      title: say.type,
      cell: (item) => (item.is === 'folder' ? say.folder : say.kinds[kindOf(item.file)]),
    },
    { ...tags, isExtra: isTrash },
    {
      key: 'folder',
      title: say.folder,
      cell: (item) => <bdi>{item.is === 'file' ? item.file.folder : null}</bdi>,
      isExtra: folderId !== null,
    },
    {
      key: 'owner',
      title: say.owner,
      cell: (item) => <Owner id={item.is === 'file' ? item.file.ownerId : item.folder.ownerId} />,
      isExtra: isOwn,
    },
    { key: 'time', title: isTrash ? say.deletedAt : say.uploadedAt, cell: time },
  ];
}

const KINDS = [
  ['image', /^image\//],
  ['video', /^video\//],
  ['audio', /^audio\//],
  ['pdf', /^application\/pdf$/],
  ['archive', /zip|x-tar|x-7z|rar|gzip/],
  ['document', /officedocument|msword|opendocument|ms-excel|ms-powerpoint|rtf/],
  ['text', /^text\/|json|xml/],
] as const;

export function kindOf({ contentType }: StoredFile) {
  return KINDS.find(([, pattern]) => pattern.test(contentType))?.[0] ?? 'other';
}

/** The state of the bytes and of their scan, in words. */
export function FileState({ file }: { readonly file: Omit<StoredFile, 'fileName'> | Shown }) {
  const say = useTexts(words);
  const { storageStatus, stage, scanStatus, encryptionStage } = file;
  if (storageStatus === 'pending') return <Badge state="info">{say.stages[stage ?? 'uploaded']}</Badge>;
  if (storageStatus !== 'available') return <Badge state={STATES[storageStatus]}>{say.states[storageStatus]}</Badge>;
  if (encryptionStage) return <Badge state="info">{say.encryption[encryptionStage]}</Badge>;
  return <Badge state={SCANS[scanStatus]}>{say.scans[scanStatus]}</Badge>;
}

type Shown = Pick<StoredFile, 'storageStatus' | 'stage' | 'scanStatus' | 'encryptionStage'>;
const STATES = { infected: 'bad', failed: 'bad', missing: 'bad', deleted: 'plain' } as const;
const SCANS: Readonly<Record<StoredFile['scanStatus'], State>> = { clean: 'ok', unscanned: 'plain', unscannable: 'warn', infected: 'bad' }; // prettier-ignore

/** Each is a filter. */
function Tags({ tags }: { readonly tags: readonly string[] }) {
  return (
    <span className="flex gap-1">
      {tags.slice(0, 3).map((tag) => (
        <Link
          key={tag}
          to="."
          search={(before: object) => ({ ...before, tag, cursor: undefined })}
          className="relative z-10 inline-flex min-h-6 items-center"
        >
          <Badge>
            <bdi>{tag}</bdi>
          </Badge>
        </Link>
      ))}
    </span>
  );
}

/** By name, for those who may look people up. */
export function Owner({ id }: { readonly id: string }) {
  const say = useTexts(words);
  const { id: me, can } = useMe();
  const canLook = id !== me && can('users.access');
  const { data } = useQuery({
    queryKey: ['files', 'owner', id],
    queryFn: ({ signal }) =>
      take(client.api.GET('/api/v1/users/{userId}', { params: { path: { userId: id } }, signal })),
    enabled: canLook,
    staleTime: Infinity,
  });
  if (id === me) return say.you;
  return data ? (
    <bdi>{`${data.firstName} ${data.lastName}`}</bdi>
  ) : (
    <bdi title={id} className="font-mono text-[12px]">
      {`${id.slice(0, 8)}…`}
    </bdi>
  );
}
