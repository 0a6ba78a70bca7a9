import { Link, Outlet } from '@tanstack/react-router';
import { useMe } from '#app/server/session.tsx';
import { useTexts } from '#app/text/language.ts';
import { words } from './words.ts';

const tabs = [
  ['messages', '/notifications', 'notifications.read'],
  ['schedules', '/notifications/schedules', 'notifications.schedules.manage'],
  ['templates', '/notifications/templates', 'notifications.templates.manage'],
  ['suppressions', '/notifications/suppressions', 'notifications.manage_all'],
  ['routing', '/notifications/routing', 'notifications.routing.manage'],
  ['reports', '/notifications/reports', 'notifications.reports.read'],
] as const;

/** The tabs of notifications: each is a page with its own address and its own filters. */
export function NotificationsFrame() {
  const say = useTexts(words);
  const { can } = useMe();
  return (
    <>
      <nav aria-label={say.section} className="border-line -mt-3 flex gap-1 overflow-x-auto border-b">
        {tabs
          .filter(([, , permission]) => can(permission))
          .map(([tab, to]) => (
            <Link
              key={tab}
              to={to}
              activeOptions={{ exact: tab === 'messages', includeSearch: false }}
              className="text-ink2 hover:text-ink flex min-h-10 items-center border-b-2 border-transparent px-2.5 whitespace-nowrap -outline-offset-2!"
              activeProps={{ className: 'border-kashi! text-ink! font-semibold', 'aria-current': 'page' }}
            >
              {say.tabs[tab]}
            </Link>
          ))}
      </nav>
      <Outlet />
    </>
  );
}
