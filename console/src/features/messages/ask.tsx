import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { Confirm } from '#app/ui/overlay/confirm.tsx';
import { useToast } from '#app/ui/overlay/toast.tsx';
import { words as common } from '#app/ui/words.ts';
import { MAX_TAKE, useReplay, type StartReplay } from './queries.ts';
import { words } from './words.ts';

interface AskReplayProps {
  /** `take`: how many match. */
  readonly asked: StartReplay;
  readonly onEnd: () => void;
  readonly onConfirm: (replay: StartReplay) => void;
}

export function AskReplay({ asked, onEnd, onConfirm }: AskReplayProps) {
  const say = useTexts(words);
  const { cancel } = useTexts(common);
  const fmt = useFmt();
  const count = Math.min(asked.take, MAX_TAKE);
  const capped = asked.take > MAX_TAKE ? ` ${say.replayCapped(fmt.number(MAX_TAKE))}` : '';
  const confirm = () => {
    onConfirm({ ...asked, take: count });
    onEnd();
  };
  return (
    <Confirm
      title={say.replayTitle(count, fmt.number(count))}
      text={say.replayText + capped}
      action={say.replay(count, fmt.number(count))}
      cancel={cancel}
      onConfirm={confirm}
      onCancel={onEnd}
    />
  );
}

/** For what stays on the page: starts a replay and says where to follow it; tells why none has started. */
export function useStart(onStarted: (id: string) => void): (replay: StartReplay) => void {
  const say = useTexts(words);
  const tell = useToast();
  const { mutate } = useReplay();
  return (replay) =>
    mutate(replay, {
      onSuccess: ({ operationId, matched }) => (matched === 0 ? tell(say.nothingMatched) : onStarted(operationId)),
      onError: ({ message }) => tell(message),
    });
}
