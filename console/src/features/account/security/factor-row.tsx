import type { ReactNode } from 'react';
import { useTexts } from '#app/text/language.ts';
import { Button } from '#app/ui/button.tsx';
import { Time } from '#app/ui/time.tsx';
import { Row } from '../parts.tsx';
import { words } from './words.ts';

interface FactorRowProps {
  readonly title: ReactNode;
  readonly createdAt: string;
  /** Null: never. */
  readonly lastUsedAt: string | null;
  /** What the button does, and to what. */
  readonly action: string;
  readonly actionNamed: string;
  readonly isBusy: boolean;
  readonly onRemove: () => void;
}

/** What signs in to an account: when it was added and used, and how it is removed. */
export function FactorRow({ title, createdAt, lastUsedAt, action, actionNamed, isBusy, onRemove }: FactorRowProps) {
  const say = useTexts(words);
  return (
    <Row
      title={title}
      facts={
        <>
          <span>
            {say.added} <Time at={createdAt} />
          </span>
          <span>
            {say.lastUsed} {lastUsedAt === null ? say.neverUsed : <Time at={lastUsedAt} as="ago" />}
          </span>
        </>
      }
      action={
        <Button look="danger" disabled={isBusy} onClick={onRemove} aria-label={actionNamed}>
          {action}
        </Button>
      }
    />
  );
}
