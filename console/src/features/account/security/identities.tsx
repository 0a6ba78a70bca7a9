import { useState } from 'react';
import { take, type LinkedIdentity } from '#client';
import { client } from '#app/server/client.ts';
import { FailureText } from '#app/server/failure.tsx';
import { useTexts } from '#app/text/language.ts';
import { Button } from '#app/ui/button.tsx';
import { Confirm } from '#app/ui/overlay/confirm.tsx';
import { Time } from '#app/ui/time.tsx';
import { Loaded, Nothing, Panel, Row, Rows, useAct } from '../parts.tsx';
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
                <Row
                  key={identity.id}
                  title={<bdi>{identity.title}</bdi>}
                  facts={
                    <>
                      <span>
                        {say.added} <Time at={identity.createdAt} />
                      </span>
                      <span>
                        {say.lastUsed} <Time at={identity.lastUsedAt} as="ago" />
                      </span>
                    </>
                  }
                  action={
                    <Button
                      look="danger"
                      disabled={isPending}
                      onClick={() => setAsked(identity)}
                      aria-label={say.removeIdentity(identity.title)}
                    >
                      {say.disconnect}
                    </Button>
                  }
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
