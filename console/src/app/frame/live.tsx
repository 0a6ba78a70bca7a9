import { useLiveState } from '#app/server/stream.ts';
import { useTexts } from '#app/text/language.ts';
import { Icon } from '#app/ui/icons.tsx';
import { words } from '../words.ts';

const LOOKS = { connected: 'text-ok', reconnecting: 'text-warn', paused: 'text-ink3' };

/** Whether what this page shows renews itself. Nothing on pages that do not. */
export function Live() {
  const say = useTexts(words);
  const state = useLiveState();
  return (
    <p role="status" className="text-meta font-medium">
      {state && (
        <span className={`flex items-center gap-1.5 px-2 ${LOOKS[state]}`} title={say.liveHelp[state]}>
          {state === 'connected' && <span aria-hidden="true" className="size-2 rounded-full bg-current" />}
          {state === 'reconnecting' && <Icon name="replay" />}
          {state === 'paused' && <Icon name="pause" />}
          <span className="max-sm:sr-only">{say.live[state]}</span>
        </span>
      )}
    </p>
  );
}
