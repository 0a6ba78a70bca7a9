import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Export } from '#client';
import { deleteExport, downloadExport } from '#app/list/exports.ts';
import { useTexts } from '#app/text/language.ts';
import { Button } from '#app/ui/button.tsx';
import { Icon } from '#app/ui/icons.tsx';
import { useToast } from '#app/ui/overlay/toast.tsx';
import { isOpen, LISTS } from './queries.ts';
import { words } from './words.ts';

interface ActsProps {
  readonly export: Export;
  /** Only icons, in a row of the list. */
  readonly isShort?: boolean;
  readonly onGone?: () => void;
}

/** Download, and delete or cancel. The list can be exported again, so nothing is asked. */
export function Acts({ export: one, isShort = false, onGone }: ActsProps) {
  const say = useTexts(words);
  const tell = useToast();
  const queries = useQueryClient();
  const download = useMutation({
    mutationFn: () => downloadExport(one),
    onError: ({ message }) => tell(message),
  });
  const remove = useMutation({
    mutationFn: () => deleteExport(one.id),
    onSuccess: async () => {
      tell(isOpen(one) ? say.wasCancelled : say.isGone);
      onGone?.();
      await queries.invalidateQueries({ queryKey: [...LISTS, 'list'] });
    },
    onError: ({ message }) => tell(message),
  });
  const removal = isOpen(one) ? say.cancel : one.status === 'failed' ? say.remove : say.delete;
  return (
    <div className={`relative z-10 flex gap-1 ${isShort ? '' : 'flex-wrap gap-2'}`}>
      {one.status === 'done' && (
        <Button
          look={isShort ? 'quiet' : 'primary'}
          isSquare={isShort}
          disabled={download.isPending}
          aria-label={isShort ? say.download : undefined}
          title={isShort ? say.download : undefined}
          onClick={() => download.mutate()}
        >
          <Icon name="download" />
          {!isShort && say.download}
        </Button>
      )}
      <Button
        look={isShort ? 'quiet' : 'danger'}
        isSquare={isShort}
        disabled={remove.isPending}
        aria-label={isShort ? removal : undefined}
        title={isShort ? removal : undefined}
        onClick={() => remove.mutate()}
        className={isShort ? 'ms-auto' : ''}
      >
        <Icon name={isOpen(one) ? 'close' : 'trash'} />
        {!isShort && removal}
      </Button>
    </div>
  );
}
