import type { Routes } from '#platform/module.ts';
import { statusRoutes } from './delivery-reports/routes.ts';
import { inboxRoutes } from './inbox/routes.ts';
import { messageRoutes } from './messages/routes.ts';
import { preferenceRoutes } from './recipients/routes.ts';
import { reportRoutes } from './reports/routes.ts';
import { scheduleRoutes } from './schedules/routes.ts';
import { templateRoutes } from './templates/routes.ts';
import { unsubscribeRoutes } from './recipients/unsubscribe-routes.ts';
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
