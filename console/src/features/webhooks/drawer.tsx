import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { Webhook } from '#client';
import { RowDrawer, type RowDrawerProps } from '#app/list/drawer.tsx';
import { useMe } from '#app/server/session.tsx';
import { useTexts } from '#app/text/language.ts';
import { Button } from '#app/ui/button.tsx';
import { Drawer } from '#app/ui/overlay/drawer.tsx';
import { Tabs } from '#app/ui/tabs.tsx';
import { useToast } from '#app/ui/overlay/toast.tsx';
import { Deliveries } from './deliveries.tsx';
import { WebhookForm } from './form.tsx';
import { useEdit, useTest, webhookQuery } from './queries.ts';
import { SecretOnce, type ShownSecret } from './secret.tsx';
import { Settings } from './settings.tsx';
import { words } from './words.ts';

const route = getRouteApi('/webhooks');

export function WebhookDrawer(row: RowDrawerProps) {
  return row.id === 'new' ? <NewDrawer onGo={row.onGo} /> : <OneDrawer {...row} />;
}

function NewDrawer({ onGo }: Pick<RowDrawerProps, 'onGo'>) {
  const say = useTexts(words);
  const [made, setMade] = useState<(ShownSecret & { readonly id: string }) | null>(null);
  return (
    <Drawer title={say.add} isWide onClose={() => onGo(undefined)}>
      {made ? (
        <SecretOnce shown={made} onKept={() => onGo(made.id)} />
      ) : (
        <WebhookForm webhook={null} onCreated={({ id, secret }) => setMade({ id, secret, previousValidUntil: null })} />
      )}
    </Drawer>
  );
}

function OneDrawer(row: RowDrawerProps) {
  const say = useTexts(words);
  return (
    <RowDrawer
      {...row}
      isWide
      title={(webhook) => webhook?.description || webhook?.url || say.title}
      query={useQuery(webhookQuery(row.id))}
      permission="webhooks.read"
    >
      {(webhook) => <One webhook={webhook} onGo={row.onGo} />}
    </RowDrawer>
  );
}

function One({ webhook, onGo }: { readonly webhook: Webhook } & Pick<RowDrawerProps, 'onGo'>) {
  const say = useTexts(words);
  const { can } = useMe();
  const { tab = 'settings' } = route.useSearch();
  const navigate = route.useNavigate();
  const show = (next: 'settings' | 'deliveries') =>
    void navigate({
      search: (before) => ({
        ...before,
        tab: next === 'settings' ? undefined : next,
        status: undefined,
        delivery: undefined,
      }),
    });
  return (
    <div className="grid content-start gap-1 pt-3">
      {can('webhooks.manage') && <Actions webhook={webhook} onTested={() => show('deliveries')} />}
      <Tabs<'settings' | 'deliveries'>
        label={say.title}
        value={tab}
        options={[
          ['settings', say.tabs.settings],
          ['deliveries', say.tabs.deliveries],
        ]}
        onChange={show}
      >
        {tab === 'settings' ? <Settings webhook={webhook} onGo={onGo} /> : <Deliveries webhook={webhook} />}
      </Tabs>
    </div>
  );
}

function Actions({ webhook, onTested }: { readonly webhook: Webhook; readonly onTested: () => void }) {
  const say = useTexts(words);
  const tell = useToast();
  const test = useTest();
  const edit = useEdit();
  const { isEnabled } = webhook;
  const onError = ({ message }: Error) => tell(message);
  const send = () =>
    test.mutate(webhook.id, {
      onSuccess: () => {
        tell(say.tested);
        onTested();
      },
      onError,
    });
  return (
    <div className="flex flex-wrap gap-2 px-5 pb-1">
      <Button disabled={!isEnabled || test.isPending} onClick={send}>
        {say.test}
      </Button>
      <Button
        disabled={edit.isPending}
        onClick={() => edit.mutate({ base: webhook, change: { isEnabled: !isEnabled } }, { onError })}
      >
        {isEnabled ? say.pause : say.resume}
      </Button>
    </div>
  );
}
