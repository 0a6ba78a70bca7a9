import type { Session } from '#client';
import { useTexts } from '#app/text/language.ts';
import { Badge } from '#app/ui/badge.tsx';
import { Button } from '#app/ui/button.tsx';
import { Time } from '#app/ui/time.tsx';
import { Row } from '../parts.tsx';
import { useDeviceName } from './device.ts';
import { words } from './words.ts';

interface SessionRowProps {
  readonly session: Session;
  /** Left out where it cannot be ended. */
  readonly onEnd?: (() => void) | undefined;
  readonly isBusy: boolean;
}

/** Where somebody is signed in, and since when. */
export function SessionRow({ session, onEnd, isBusy }: SessionRowProps) {
  const say = useTexts(words);
  const device = useDeviceName()(session.device);
  return (
    <Row
      title={
        <>
          <bdi>{device}</bdi>
          {session.isCurrent && <Badge state="ok">{say.current}</Badge>}
        </>
      }
      facts={
        <>
          {session.ip !== null && <bdi>{session.ip}</bdi>}
          <span>
            {say.lastUsed} <Time at={session.lastUsedAt} as="ago" />
          </span>
          <span>
            {say.since} <Time at={session.createdAt} />
          </span>
        </>
      }
      action={
        onEnd && (
          <Button look="danger" disabled={isBusy} aria-label={say.endNamed(device)} onClick={onEnd}>
            {say.end}
          </Button>
        )
      }
    />
  );
}
