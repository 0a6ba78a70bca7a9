import { useState } from 'react';
import { take } from '#client';
import { client } from '#app/server/client.ts';
import { useMe } from '#app/server/session.tsx';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { Button } from '#app/ui/button.tsx';
import { Copyable } from '#app/ui/copyable.tsx';
import { Fact, Facts } from '#app/ui/facts.tsx';
import { Icon } from '#app/ui/icons.tsx';
import { Time } from '#app/ui/time.tsx';
import { FileState, kindOf, Owner } from '../columns.tsx';
import { useDownload } from '../download.ts';
import { FolderPicker } from '../picker.tsx';
import { PurgeDialog } from '../purge.tsx';
import { onServer, useAct, type StoredFile } from '../queries.ts';
import { words as list } from '../words.ts';
import { EditFile } from './edit.tsx';
import { Preview } from './preview.tsx';
import { Tags } from './tags.tsx';
import { words } from './words.ts';

interface FileFactsProps {
  readonly file: StoredFile;
  /** The user is the owner or sees the files of everybody. */
  readonly isOwn: boolean;
  readonly onGone: () => void;
}

export function FileFacts({ file, isOwn, onGone }: FileFactsProps) {
  const say = useTexts(words);
  const { kinds } = useTexts(list);
  const fmt = useFmt();
  const [isEditing, setEditing] = useState(false);
  if (isEditing) return <EditFile file={file} onDone={() => setEditing(false)} />;
  const why = file.reason && ((say.reasons as Readonly<Record<string, string>>)[file.reason] ?? file.reason);
  return (
    <div className="grid gap-3 pb-5">
      <Preview file={file} />
      <Actions file={file} isOwn={isOwn} onEdit={() => setEditing(true)} onGone={onGone} />
      <Facts>
        <Fact name={say.state}>
          <span className="flex flex-wrap items-center gap-2">
            <FileState file={file} />
            {why && <span className="text-ink2">{why}</span>}
          </span>
        </Fact>
        {file.description !== null && (
          <Fact name={say.description}>
            <bdi className="whitespace-pre-wrap">{file.description}</bdi>
          </Fact>
        )}
        <Fact name={say.tags}>
          <Tags file={file} />
        </Fact>
        {isOwn && (
          <Fact name={say.folder}>
            <bdi>{file.folder ?? say.top}</bdi>
          </Fact>
        )}
        <Fact name={say.type}>
          {kinds[kindOf(file)]} · <bdi className="font-mono text-[12px]">{file.contentType}</bdi>
        </Fact>
        {file.sizeBytes !== null && <Fact name={say.size}>{fmt.bytes(file.sizeBytes)}</Fact>}
        {file.module !== null && (
          <Fact name={say.module}>
            <bdi>{file.module}</bdi>
          </Fact>
        )}
        <Fact name={say.owner}>
          <Owner id={file.ownerId} />
        </Fact>
        {file.senderName !== null && (
          <Fact name={say.sender}>
            <bdi>{file.senderName}</bdi>
          </Fact>
        )}
        <Fact name={say.encrypted}>{file.isEncrypted ? say.isEncrypted : say.isPlain}</Fact>
        <Fact name={say.uploadedAt}>
          <Time at={file.createdAt} />
        </Fact>
        <Fact name={say.changedAt}>
          <Time at={file.updatedAt} />
        </Fact>
        {file.deletedAt !== null && (
          <Fact name={say.deletedAt}>
            <Time at={file.deletedAt} />
          </Fact>
        )}
        {file.sha256 !== null && (
          <Fact name={say.sha256}>
            <Copyable name={say.sha256} value={file.sha256} />
          </Fact>
        )}
        <Fact name={say.id}>
          <Copyable name={say.id} value={file.id} />
        </Fact>
      </Facts>
    </div>
  );
}

interface ActionsProps extends FileFactsProps {
  readonly onEdit: () => void;
}

function Actions({ file, isOwn, onEdit, onGone }: ActionsProps) {
  const say = useTexts(words);
  const { can } = useMe();
  const act = useAct();
  const download = useDownload();
  const [asking, setAsking] = useState<'move' | 'purge' | null>(null);
  const item = { is: 'file', file } as const;
  const path = { params: { path: { fileId: file.id } } };
  const isInTrash = file.storageStatus === 'deleted';
  const isAvailable = file.storageStatus === 'available';
  const canEncrypt = isOwn && isAvailable && can('files.permissions.manage') && file.encryptionStage === null;

  const remove = async () => {
    if (
      await act(() => onServer.remove(item), { done: say.deleted(file.fileName), undo: () => onServer.restore(item) })
    )
      onGone();
  };
  const restore = async () => {
    if (await act(() => onServer.restore(item), { done: say.restored(file.fileName) })) onGone();
  };
  const purge = async () => {
    setAsking(null);
    if (await act(() => onServer.purge(item), { done: say.purged(file.fileName) })) onGone();
  };
  const move = (folderId: string | null) => {
    setAsking(null);
    void act(() => onServer.move(item, folderId), {
      done: say.moved,
      undo: () => onServer.move(item, file.folderId),
    });
  };
  const rewrite = () =>
    void act(() =>
      file.isEncrypted
        ? take(client.api.POST('/api/v1/files/decrypt/{fileId}', path))
        : take(client.api.POST('/api/v1/files/encrypt/{fileId}', path)),
    );
  return (
    <div className="flex flex-wrap gap-2 px-5">
      {isAvailable && (
        <Button look="primary" onClick={() => download.file(file)}>
          <Icon name="download" />
          {say.download}
        </Button>
      )}
      {file.isRetryable && can('files.write') && (
        <Button onClick={() => void act(() => take(client.api.POST('/api/v1/files/{fileId}/retry', path)))}>
          {say.retry}
        </Button>
      )}
      {!isInTrash && can('files.write') && <Button onClick={onEdit}>{say.edit}</Button>}
      {!isInTrash && isOwn && can('files.write') && <Button onClick={() => setAsking('move')}>{say.move}</Button>}
      {canEncrypt && <Button onClick={rewrite}>{file.isEncrypted ? say.decrypt : say.encrypt}</Button>}
      {!isInTrash && can('files.delete') && (
        <Button look="danger" onClick={() => void remove()}>
          {say.delete}
        </Button>
      )}
      {isInTrash && can('files.delete') && (
        <Button look="primary" onClick={() => void restore()}>
          {say.restore}
        </Button>
      )}
      {isInTrash && isOwn && can('files.delete') && (
        <Button look="danger" onClick={() => setAsking('purge')}>
          {say.purge}
        </Button>
      )}
      {asking === 'move' && (
        <FolderPicker title={say.moveTitle} without={new Set()} onPick={move} onClose={() => setAsking(null)} />
      )}
      {asking === 'purge' && (
        <PurgeDialog
          text={say.purgeText(file.fileName)}
          expected={file.fileName}
          action={say.purge}
          onConfirm={() => void purge()}
          onClose={() => setAsking(null)}
        />
      )}
    </div>
  );
}
