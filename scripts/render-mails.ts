/**
 * `node scripts/render-mails.ts FOLDER`: renders the e-mails to HTML files, and all of them on one page for each
 * language.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createBranding } from '#platform/branding/branding.ts';
import { loadConfig } from '#platform/config/load.ts';
import { optionsOf, renderTemplate } from '#modules/notifications/templates/render.ts';
import { toBuiltIns } from '#modules/notifications/templates/catalogue.ts';
import notifications from '#modules/notifications/templates.json' with { type: 'json' };
import users from '#modules/users/templates.json' with { type: 'json' };

const verification = { code: '482913', minutes: 10, link: 'https://example.com/console/verify#token' };
const OCCURRENCE = {
  at: '2026-11-30T10:05:00Z',
  ip: '203.0.113.9',
  device: { program: 'Firefox', system: 'Windows' },
};
const SAMPLES: Record<string, Record<'en' | 'fa', Record<string, unknown>>> = {
  'users.verification': { en: verification, fa: verification },
  'users.new_device': { en: { device: '' }, fa: { device: '' } },
  'notifications.incident': {
    en: {
      severity: 'high',
      severityName: 'زیاد',
      title: 'Disk almost full',
      description: 'Less than 5 % is left on node db-1. Writes stop when it is full.',
      url: 'https://example.com/console/incidents/17',
    },
    fa: {
      severity: 'high',
      severityName: 'زیاد',
      title: 'دیسک تقریباً پر است',
      description: 'کمتر از ۵ درصد از دیسک نود db-1 مانده است. با پرشدن آن، نوشتن متوقف می‌شود.',
      url: 'https://example.com/console/incidents/17',
    },
  },
  'notifications.digest': {
    en: {
      count: 2,
      items: [
        { subject: 'Order 1042 was sent', text: 'It arrives on Tuesday.' },
        { subject: 'Order 1043 was sent', text: 'It arrives on Thursday.' },
      ],
    },
    fa: {
      count: 2,
      items: [
        { subject: 'سفارش ۱۰۴۲ فرستاده شد', text: 'سه‌شنبه به دست شما می‌رسد.' },
        { subject: 'سفارش ۱۰۴۳ فرستاده شد', text: 'پنجشنبه به دست شما می‌رسد.' },
      ],
    },
  },
};

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('usage: node scripts/render-mails.ts FOLDER');
mkdirSync(folder, { recursive: true });
const branding = createBranding(loadConfig(process.env));
const builtIns = toBuiltIns([
  { name: 'users', templates: users },
  { name: 'notifications', templates: notifications },
]);
for (const template of builtIns) {
  const variables = SAMPLES[template.name]?.[template.language as 'en' | 'fa'];
  if (!variables || template.channel !== 'email') continue;
  const unsubscribeUrl = template.name === 'notifications.digest' ? 'https://example.com/unsubscribe' : null;
  const occurrence = template.name.startsWith('users.') ? OCCURRENCE : null;
  const options = { ...optionsOf(template, branding), unsubscribeUrl, occurrence, isPreview: true };
  const { html } = renderTemplate(template, variables, options);
  writeFileSync(join(folder, `${template.name}.${template.language}.html`), html ?? '');
}
for (const language of ['en', 'fa']) {
  const frames = Object.keys(SAMPLES).map((name) => `<iframe src="${name}.${language}.html"></iframe>`);
  const style = 'body{margin:0;background:#f1eee6;width:1200px}iframe{border:0;width:600px;height:590px}';
  const direction = language === 'fa' ? 'rtl' : 'ltr';
  const sheet = `<!doctype html><html dir="${direction}"><meta charset="utf-8"><style>${style}</style>${frames.join('')}`;
  writeFileSync(join(folder, `sheet.${language}.html`), sheet);
}
