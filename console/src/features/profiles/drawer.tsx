import { Link } from '@tanstack/react-router';
import type { ReportedProfile } from '#client';
import { ListedDrawer } from '#app/features/notifications/listed.tsx';
import type { RowDrawerProps } from '#app/list/drawer.tsx';
import { useMe } from '#app/server/session.tsx';
import { useTexts } from '#app/text/language.ts';
import { Badge } from '#app/ui/badge.tsx';
import { Copyable } from '#app/ui/copyable.tsx';
import { Fact, Facts } from '#app/ui/facts.tsx';
import { Time } from '#app/ui/time.tsx';
import { Completeness } from './completeness.tsx';
import { useNameOf } from './page.tsx';
import { words } from './words.ts';

export function ProfileDrawer({ item, ...row }: RowDrawerProps & { readonly item: ReportedProfile | undefined }) {
  const say = useTexts(words);
  const { can } = useMe();
  const nameOf = useNameOf();
  return (
    <ListedDrawer {...row} title={item ? nameOf(item) : say.title} item={item}>
      {(profile) => (
        <Facts>
          <Fact name={say.filled}>
            <Completeness percent={profile.completeness} />
          </Fact>
          <Fact name={say.missing}>
            {profile.missingParts.length === 0 && say.nothing}
            <span className="flex flex-wrap gap-1">
              {profile.missingParts.map((part) => (
                <Badge key={part} state="warn">
                  {say.parts[part] ?? part}
                </Badge>
              ))}
            </span>
          </Fact>
          <Fact name={say.sight}>
            {profile.isProfilePublic ? (
              <Badge state="info">{say.sights.public}</Badge>
            ) : (
              <Badge>{say.sights.private}</Badge>
            )}
          </Fact>
          {profile.displayName !== null && (
            <Fact name={say.displayName}>
              <bdi>{profile.displayName}</bdi>
            </Fact>
          )}
          <Fact name={say.name}>
            <bdi>{[profile.firstName, profile.lastName].filter((part) => part !== null).join(' ') || say.noName}</bdi>
          </Fact>
          <Fact name={say.language}>
            <bdi>
              {profile.preferredLanguage === null
                ? say.noLanguage
                : (say.languages[profile.preferredLanguage] ?? profile.preferredLanguage)}
            </bdi>
          </Fact>
          <Fact name={say.created}>
            <Time at={profile.createdAt} />
          </Fact>
          <Fact name={say.updated}>
            <Time at={profile.updatedAt} />
          </Fact>
          <Fact name={say.user}>
            <span className="grid justify-items-start">
              <Copyable name={say.user} value={profile.userId} />
              {can('users.access') && (
                <Link to="/users" search={{ open: profile.userId }} className="text-kashi underline">
                  {say.openUser}
                </Link>
              )}
            </span>
          </Fact>
          <Fact name={say.id}>
            <Copyable name={say.id} value={profile.id} />
          </Fact>
        </Facts>
      )}
    </ListedDrawer>
  );
}
