import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AnyUnit } from '#platform/database/port.ts';
import type { NotificationsApi } from './contract.ts';

/** As TypeScript reads a module's `templates.json`. */
const templates = {
  'shop.order_sent': {
    channels: ['email', 'inApp'],
    variables: { number: 'A-17', days: 3 },
    en: { subject: 'Order {{ number }}', body: '<p>It arrives in {{ days }} days.</p>' },
    fa: { subject: 'سفارش {{ number }}', body: '<p>{{ days }} روز دیگر می‌رسد.</p>' },
  },
  'shop.coupon': {
    channels: ['email'],
    variables: { code: 'N-1405', days: 3 },
    en: { subject: 'A coupon', body: '<p>{{ code }} is good for {{ days }} days.</p>' },
    fa: { subject: 'کد تخفیف', body: '<p>{{ code }} تا {{ days }} روز معتبر است.</p>' },
  },
  'shop.welcome': {
    channels: ['email'],
    variables: {},
    en: { subject: 'Welcome', body: '<p>Welcome</p>' },
    fa: { subject: 'خوش آمدید', body: '<p>خوش آمدید</p>' },
  },
};

type Send = NotificationsApi<typeof templates>['send'];
const rest = { to: { userId: '1' }, category: 'general' } as const;

/** The compiler checks these lines: each `@ts-expect-error` fails the type check when its line compiles. */
function sendEverything(send: Send, unit: AnyUnit): Promise<unknown> {
  return Promise.all([
    send(unit, { ...rest, template: 'shop.order_sent', variables: { number: 'A-18', days: 2 } }),
    send(unit, { ...rest, template: 'shop.welcome', variables: {} }),
    send(unit, { ...rest, template: 'shop.coupon', variables: { code: 'N-1', days: 2 }, expiresAt: new Date(0) }),
    // @ts-expect-error -- a code that is good for some days, without its end
    send(unit, { ...rest, template: 'shop.coupon', variables: { code: 'N-1', days: 2 } }),
    // @ts-expect-error -- a template that nobody declares
    send(unit, { ...rest, template: 'shop.order_sentt', variables: { number: 'A-18', days: 2 } }),
    // @ts-expect-error -- a missing variable
    send(unit, { ...rest, template: 'shop.order_sent', variables: { number: 'A-18' } }),
    // @ts-expect-error -- a variable that the template does not declare
    send(unit, { ...rest, template: 'shop.order_sent', variables: { number: 'A-18', days: 2, color: 'red' } }),
    // @ts-expect-error -- a variable for a template without variables
    send(unit, { ...rest, template: 'shop.welcome', variables: { name: 'Sara' } }),
    // @ts-expect-error -- a variable of another type than its sample
    send(unit, { ...rest, template: 'shop.order_sent', variables: { number: 'A-18', days: 'two' } }),
    // @ts-expect-error -- the variables of another template
    send(unit, { ...rest, template: 'shop.welcome', variables: { number: 'A-18', days: 2 } }),
  ]);
}

test('only messages that fit the declared templates compile, and the general API takes them all', async () => {
  const sent: string[] = [];
  const api: Pick<NotificationsApi, 'send'> = { send: async (_, { template }) => void sent.push(template) };

  await sendEverything(api.send, {} as AnyUnit); // oxlint-disable-line no-unsafe-type-assertion -- nothing looks at it

  assert.equal(sent.length, 10);
});
