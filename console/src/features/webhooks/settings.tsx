import { useState } from 'react';
import type { Webhook } from '#client';
import { useMe } from '#app/server/session.tsx';
import { useTexts } from '#app/text/language.ts';
import { Button } from '#app/ui/button.tsx';
import { Confirm } from '#app/ui/overlay/confirm.tsx';
import { Copyable } from '#app/ui/copyable.tsx';
import { Fact, Facts } from '#app/ui/facts.tsx';
import { Time } from '#app/ui/time.tsx';
import { useToast } from '#app/ui/overlay/toast.tsx';
import { words as common } from '#app/ui/words.ts';
import { WebhookForm } from './form.tsx';
import { useDelete } from './queries.ts';
import { RotateSecret } from './secret.tsx';
import { StateBadge } from './state.tsx';
import { words } from './words.ts';

interface SettingsProps {
  readonly webhook: Webhook;
  readonly onGo: (id: string | undefined) => void;
}

export function Settings({ webhook, onGo }: SettingsProps) {
  const say = useTexts(words);
  const { can } = useMe();
  const { id, url, eventTypes, isEnabled, disabledReason, failingSince, createdAt, updatedAt } = webhook;
  const mayChange = can('webhooks.manage');
  return (
    <div className="grid gap-5 pb-6">
      <Facts>
        <Fact name={say.state}>
          <span className="grid justify-items-start gap-1">
            <StateBadge webhook={webhook} />
            {!isEnabled && disabledReason !== null && <span className="text-ink2">{say.why[disabledReason]}</span>}
          </span>
        </Fact>
        {failingSince !== null && (
          <Fact name={say.failingSince}>
            <Time at={failingSince} />
          </Fact>
        )}
        {!mayChange && (
          <>
            <Fact name={say.url}>
              <Copyable name={say.url} value={url} />
            </Fact>
            <Fact name={say.events}>
              <bdi className="font-mono text-[12px]">{eventTypes.join(', ')}</bdi>
            </Fact>
          </>
        )}
        <Fact name={say.created}>
          <Time at={createdAt} />
        </Fact>
        <Fact name={say.changed}>
          <Time at={updatedAt} />
        </Fact>
        <Fact name={say.id}>
          <Copyable name={say.id} value={id} />
        </Fact>
      </Facts>
      {mayChange && (
        <>
          <div className="border-line border-t">
            <WebhookForm webhook={webhook} />
          </div>
          <div className="border-line border-t pt-5">
            <RotateSecret webhook={webhook} />
          </div>
          <Delete webhook={webhook} onDeleted={() => onGo(undefined)} />
        </>
      )}
    </div>
  );
}

function Delete({ webhook, onDeleted }: { readonly webhook: Webhook; readonly onDeleted: () => void }) {
  const say = useTexts(words);
  const { cancel } = useTexts(common);
  const [isAsking, setAsking] = useState(false);
  const tell = useToast();
  const remove = useDelete();
  const confirm = () => {
    setAsking(false);
    remove.mutate(webhook, {
      onSuccess: () => {
        tell(say.deleted);
        onDeleted();
      },
      onError: ({ message }) => tell(message),
    });
  };
  return (
    <div className="border-line mx-5 border-t pt-5">
      <Button look="danger" disabled={remove.isPending} onClick={() => setAsking(true)}>
        {say.delete}
      </Button>
      {isAsking && (
        <Confirm
          title={say.deleteTitle}
          text={say.deleteText(webhook.url)}
          action={say.delete}
          cancel={cancel}
          onConfirm={confirm}
          onCancel={() => setAsking(false)}
        />
      )}
    </div>
  );
}
