import { Link, Navigate, Outlet } from '@tanstack/react-router';
import { useMe } from '#app/server/session.tsx';
import { useTexts } from '#app/text/language.ts';
import { words } from './words.ts';

const parts = [
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
  const { can } = useMe();
  return (
    <div className="mx-auto grid w-full max-w-3xl gap-5">
      <nav aria-label={say.pages} className="border-line flex gap-1 overflow-x-auto border-b">
        {parts.map(([to, name, permission]) =>
          permission === null || can(permission) ? (
            <Link
              key={to}
              to={to}
              activeOptions={{ includeSearch: false }}
              className="text-ink2 hover:text-ink inline-flex min-h-10 items-center border-b-2 border-transparent px-2.5 whitespace-nowrap -outline-offset-2!"
              activeProps={{ className: 'border-kashi! text-ink! font-semibold' }}
            >
              {say[name]}
            </Link>
          ) : null,
        )}
      </nav>
      <Outlet />
    </div>
  );
}

/** The first of the pages that its reader may see. */
export function AccountStart() {
  const { can } = useMe();
  return <Navigate to={can('profiles.read') ? '/account/profile' : '/account/security'} replace />;
}
