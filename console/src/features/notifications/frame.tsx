import { Outlet } from '@tanstack/react-router';
import { PageTabs } from '#app/app/frame/page-tabs.tsx';
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
  return (
    <>
      <PageTabs
        label={say.section}
        tabs={tabs.map(([tab, to, permission]) => ({
          to,
          permission,
          title: say.tabs[tab],
          isExact: tab === 'messages',
        }))}
      />
      <Outlet />
    </>
  );
}
