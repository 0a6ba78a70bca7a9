import { useMemo } from 'react';
import { take, type Profile } from '#client';
import { client } from '#app/server/client.ts';
import { useMe } from '#app/server/session.tsx';
import { useLanguage, useTexts } from '#app/text/language.ts';
import { Loaded, Part } from '../parts.tsx';
import { Avatar } from './avatar.tsx';
import { countriesIn, timeZones } from './countries.ts';
import { Interests } from './interests.tsx';
import { Links } from './links.tsx';
import { PartForm } from './part-form.tsx';
import { useChange, useProfile } from './queries.ts';
import { words } from './words.ts';

export function ProfilePage() {
  const say = useTexts(words);
  const profile = useProfile();
  return (
    <Part title={say.title} path="/api/v1/profiles/me">
      <Loaded query={profile} rows={6} permission="profiles.read">
        {(data) => <Parts profile={data} />}
      </Loaded>
    </Part>
  );
}

function Parts({ profile }: { readonly profile: Profile | null }) {
  const say = useTexts(words);
  const language = useLanguage();
  const { can } = useMe();
  const change = useChange(profile);
  const countries = useMemo(() => countriesIn(language), [language]);
  const zones = useMemo(timeZones, []);
  if (!can('profiles.write')) return <p className="text-ink2">{say.readOnly}</p>;
  const none = [['', say.none]] as const;
  return (
    <>
      <Avatar profile={profile} />
      <PartForm
        title={say.basic}
        profile={profile}
        fields={[
          { name: 'firstName', label: say.firstName, autoComplete: 'given-name' },
          { name: 'lastName', label: say.lastName, autoComplete: 'family-name' },
          { name: 'displayName', label: say.displayName, help: say.displayNameHelp, autoComplete: 'nickname' },
          { name: 'dateOfBirth', label: say.dateOfBirth, help: say.dateHelp, kind: 'date' },
          { name: 'gender', label: say.gender },
          { name: 'location', label: say.location },
        ]}
        onSave={(body) =>
          change((header) => take(client.api.PUT('/api/v1/profiles/me/basic', { params: { header }, body })))
        }
      />
      <PartForm
        title={say.bio}
        profile={profile}
        fields={[{ name: 'bio', label: say.bioLabel, kind: 'long' }]}
        onSave={({ bio }) =>
          change((header) =>
            take(
              client.api.PATCH('/api/v1/profiles/me/bio', { params: { header }, body: { bio: bio as string | null } }),
            ),
          )
        }
      />
      <PartForm
        title={say.contact}
        about={say.contactAbout}
        profile={profile}
        fields={[
          { name: 'contactEmail', label: say.contactEmail, inputMode: 'email', autoComplete: 'email', isLatin: true },
          { name: 'contactPhone', label: say.contactPhone, inputMode: 'tel', autoComplete: 'tel', isLatin: true },
          { name: 'country', label: say.country, kind: 'select', options: [...none, ...countries] },
          { name: 'website', label: say.website, inputMode: 'url', autoComplete: 'url', isLatin: true },
          { name: 'timeZone', label: say.timeZone, kind: 'select', options: [...none, ...zones] },
        ]}
        onSave={(body) =>
          change((header) => take(client.api.PATCH('/api/v1/profiles/me/contact', { params: { header }, body })))
        }
      />
      <Links profile={profile} change={change} />
      <Interests profile={profile} change={change} />
      <PartForm
        title={say.preferences}
        profile={profile}
        fields={[
          {
            name: 'preferredLanguage',
            label: say.preferredLanguage,
            kind: 'select',
            options: [...none, ['fa', 'فارسی'], ['en', 'English']],
          },
          { name: 'receiveSecurityAlerts', label: say.securityAlerts, kind: 'check' },
          { name: 'receiveProductUpdates', label: say.productUpdates, kind: 'check' },
        ]}
        onSave={(body) =>
          change((header) => take(client.api.PATCH('/api/v1/profiles/me/preferences', { params: { header }, body })))
        }
      />
      <PartForm
        title={say.privacy}
        about={say.privacyAbout}
        profile={profile}
        fields={[
          { name: 'isProfilePublic', label: say.isPublic, kind: 'check' },
          { name: 'showEmail', label: say.showEmail, kind: 'check' },
          { name: 'showPhone', label: say.showPhone, kind: 'check' },
        ]}
        onSave={(body) =>
          change((header) =>
            take(
              client.api.PATCH('/api/v1/profiles/me/privacy', {
                params: { header },
                body: body as Record<string, boolean>,
              }),
            ),
          )
        }
      />
    </>
  );
}
