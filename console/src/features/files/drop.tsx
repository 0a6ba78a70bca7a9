import { useEffect, useRef, useState } from 'react';
import { useTexts } from '#app/text/language.ts';
import { Button, type ButtonLook } from '#app/ui/button.tsx';
import { Icon } from '#app/ui/icons.tsx';
import { useUpload } from './upload.ts';
import { words } from './words.ts';

interface UploadProps {
  readonly folderId: string | null;
}

export function UploadButton({ folderId, look }: UploadProps & { readonly look: ButtonLook }) {
  const say = useTexts(words);
  const upload = useUpload(folderId);
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button look={look} className="max-sm:order-first" onClick={() => input.current?.click()}>
        <Icon name="upload" />
        {say.upload}
      </Button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        onChange={({ target }) => {
          upload([...(target.files ?? [])]);
          target.value = ''; // the same file can be chosen again
        }}
      />
    </>
  );
}

/** Takes files that are dropped anywhere on the page. The button does the same by keyboard. */
export function DropZone({ folderId }: UploadProps) {
  const say = useTexts(words);
  const upload = useUpload(folderId);
  const [isOver, setOver] = useState(false);
  const latest = useRef(upload);
  useEffect(() => {
    latest.current = upload;
  });
  useEffect(() => {
    const stop = new AbortController();
    const { signal } = stop;
    const hasFiles = ({ dataTransfer }: DragEvent) => dataTransfer?.types.includes('Files') === true;
    const onOver = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      setOver(true);
    };
    const onLeave = ({ relatedTarget }: DragEvent) => relatedTarget === null && setOver(false);
    const onDrop = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      setOver(false);
      latest.current([...(event.dataTransfer?.files ?? [])]);
    };
    addEventListener('dragover', onOver, { signal });
    addEventListener('dragleave', onLeave, { signal });
    addEventListener('drop', onDrop, { signal });
    return () => stop.abort();
  }, []);
  if (!isOver) return null;
  return (
    <div className="border-kashi bg-kashi-soft text-ink pointer-events-none fixed inset-6 z-40 grid place-items-center rounded-2xl border-2 border-dashed text-[15px] font-semibold opacity-95">
      <p className="flex items-center gap-2">
        <Icon name="upload" className="size-5" />
        {say.drop}
      </p>
    </div>
  );
}
