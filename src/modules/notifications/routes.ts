import type { Routes } from '#platform/module.ts';
import { statusRoutes } from './providers/status-routes.ts';
import { inboxRoutes } from './routes/inbox.ts';
import { messageRoutes } from './routes/messages.ts';
import { preferenceRoutes } from './routes/preferences.ts';
import { reportRoutes } from './routes/reports.ts';
import { scheduleRoutes } from './routes/schedules.ts';
import { templateRoutes } from './routes/templates.ts';
import { unsubscribeRoutes } from './routes/unsubscribe.ts';
import type { NotificationService } from './service.ts';

export function notificationRoutes(notifications: NotificationService): Routes {
  return async (http) => {
    await http.register(messageRoutes(notifications));
    await http.register(scheduleRoutes(notifications.schedules));
    await http.register(templateRoutes(notifications.templates));
    await http.register(inboxRoutes(notifications.inbox));
    await http.register(preferenceRoutes(notifications));
    await http.register(reportRoutes(notifications.reports));
    await http.register(unsubscribeRoutes(notifications.unsubscribe));
    await http.register(statusRoutes(notifications.status, notifications.suppressions));
  };
}
