import { Outlet } from '@tanstack/react-router';
import { PageTabs } from '#app/app/frame/page-tabs.tsx';
import { useTexts } from '#app/text/language.ts';
import { words } from './words.ts';

const parts = [
  ['/account', 'overview', null],
  ['/account/profile', 'profile', 'profiles.read'],
  ['/account/security', 'security', null],
  ['/account/sessions', 'sessions', null],
  ['/account/notifications', 'notices', null],
  ['/account/organisations', 'organisations', null],
  ['/account/keys', 'keys', null],
  ['/account/data', 'data', null],
] as const;

/** What belongs to the person who is signed in, whatever they may do otherwise. */
export function AccountPage() {
  const say = useTexts(words);
  return (
    <div className="mx-auto grid w-full max-w-3xl gap-5">
      <PageTabs
        label={say.pages}
        tabs={parts.map(([to, name, permission]) => ({
          to,
          title: say[name],
          isExact: name === 'overview',
          ...(permission && { permission }),
        }))}
      />
      <Outlet />
    </div>
  );
}
