import { useState } from 'react';
import { take, type LinkedIdentity } from '#client';
import { client } from '#app/server/client.ts';
import { FailureText } from '#app/server/failure.tsx';
import { useTexts } from '#app/text/language.ts';
import { Confirm } from '#app/ui/overlay/confirm.tsx';
import { Loaded, Nothing, Panel, Rows, useAct } from '../parts.tsx';
import { FactorRow } from './factor-row.tsx';
import { useIdentities } from './queries.ts';
import { words } from './words.ts';

export function Identities() {
  const say = useTexts(words);
  const identities = useIdentities();
  const [asked, setAsked] = useState<LinkedIdentity | null>(null);
  const { run, error, isPending } = useAct('identities');
  const remove = ({ id }: LinkedIdentity) =>
    run({
      work: () => take(client.api.DELETE('/api/v1/users/identities/{id}', { params: { path: { id } } })),
      done: say.identityRemoved,
    });
  return (
    <Panel title={say.identities} about={say.identitiesAbout}>
      {error && (
        <div className="p-4">
          <FailureText error={error} />
        </div>
      )}
      <Loaded query={identities} rows={1}>
        {({ items }) =>
          items.length === 0 ? (
            <Nothing text={say.noIdentities} />
          ) : (
            <Rows>
              {items.map((identity) => (
                <FactorRow
                  key={identity.id}
                  title={<bdi>{identity.title}</bdi>}
                  createdAt={identity.createdAt}
                  lastUsedAt={identity.lastUsedAt}
                  action={say.disconnect}
                  actionNamed={say.removeIdentity(identity.title)}
                  isBusy={isPending}
                  onRemove={() => setAsked(identity)}
                />
              ))}
            </Rows>
          )
        }
      </Loaded>
      {asked && (
        <Confirm
          title={say.removeIdentityTitle}
          text={say.removeIdentityText(asked.title)}
          action={say.removeIdentity(asked.title)}
          cancel={say.cancel}
          onConfirm={() => {
            setAsked(null);
            remove(asked);
          }}
          onCancel={() => setAsked(null)}
        />
      )}
    </Panel>
  );
}
