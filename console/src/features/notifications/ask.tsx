import { useState } from 'react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button } from '#app/ui/button.tsx';
import { Confirm } from '#app/ui/overlay/confirm.tsx';
import { useToast } from '#app/ui/overlay/toast.tsx';

interface AskButtonProps {
  /** The verb and the thing: on the button, and again on the one that confirms. */
  readonly action: string;
  readonly title: string;
  readonly text: string;
  readonly cancel: string;
  /** Told when it is done. */
  readonly done: string;
  readonly run: () => Promise<unknown>;
  /** The beginning of the keys that are read again afterwards. */
  readonly stale: readonly string[];
  readonly onDone?: () => void;
}

/** Asks, then does it, then reads again what has changed. A refusal is told in the server's words. */
export function AskButton({ action, title, text, cancel, done, run, stale, onDone }: AskButtonProps) {
  const [isAsking, setAsking] = useState(false);
  const queries = useQueryClient();
  const tell = useToast();
  const act = useMutation({
    mutationFn: run,
    onSuccess: () => {
      tell(done);
      onDone?.();
      return queries.invalidateQueries({ queryKey: stale });
    },
    onError: ({ message }) => tell(message),
  });
  return (
    <>
      <Button look="danger" disabled={act.isPending} onClick={() => setAsking(true)}>
        {action}
      </Button>
      {isAsking && (
        <Confirm
          title={title}
          text={text}
          action={action}
          cancel={cancel}
          onConfirm={() => (setAsking(false), act.mutate())}
          onCancel={() => setAsking(false)}
        />
      )}
    </>
  );
}
