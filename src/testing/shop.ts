import { system } from '#kernel/access.ts';
import type { AnyUnit } from '#platform/database/port.ts';
import type { NotificationsApi } from '#modules/notifications/contract.ts';
import type { TestApp } from './app.ts';

/** The templates of a module "shop" that exists only in tests. */
export const shopTemplates = {
  'shop.alert': {
    channels: ['email', 'inApp'],
    variables: {},
    en: { subject: 'Your order was changed', body: '<h1>Your order was changed</h1>\n<p>See your orders.</p>' },
    fa: { subject: 'سفارش شما تغییر کرد', body: '<h1>سفارش شما تغییر کرد</h1>\n<p>سفارش‌ها را ببینید.</p>' },
  },
  'shop.pickup': {
    channels: ['email', 'inApp'],
    variables: { description: 'Bread' },
    en: { subject: 'Ready: {{ description }}', body: '<h1>Your order is ready</h1>\n<p>{{ description }}</p>' },
    fa: { subject: 'آماده: {{ description }}', body: '<h1>سفارش شما آماده است</h1>\n<p>{{ description }}</p>' },
  },
  'shop.code': {
    channels: ['email'],
    variables: { code: '482913', minutes: 10 },
    en: {
      subject: '{{ code }}',
      body: '<p class="code">{{ code }}</p>\n<p>It works once, for {{ minutes }} minutes.</p>',
    },
    fa: { subject: '{{ code }}', body: '<p class="code">{{ code }}</p>\n<p>یک بار و تا {{ minutes }} دقیقه.</p>' },
  },
  'shop.state': {
    channels: ['email'],
    variables: { state: 'sent' },
    allowsLogic: true,
    en: { subject: 'Order', body: "{% case state %}{% when 'sent' %}Sent{% else %}Open{% endcase %}" },
    fa: { subject: 'سفارش', body: "{% case state %}{% when 'sent' %}فرستاده شد{% else %}باز{% endcase %}" },
  },
};

type ShopApp = Pick<TestApp, 'modules'> & { readonly notifications: NotificationsApi };

/** Declares the shop's templates beside those of the real modules, as a start does. */
export function declareShop({ modules, notifications }: ShopApp): Promise<void> {
  return notifications.prepare([...modules, { name: 'shop', templates: shopTemplates }]);
}

/** A message of the shop in the inbox of a person. */
export function notifyPickup(
  { database, notifications }: Pick<TestApp, 'database'> & { readonly notifications: NotificationsApi },
  userId: string,
  description: string,
): Promise<unknown> {
  return database.units.write(system('shop'), (unit: AnyUnit) =>
    notifications.send(unit, {
      template: 'shop.pickup',
      to: { userId },
      channels: ['inApp'],
      category: 'reminders',
      variables: { description },
    }),
  );
}
