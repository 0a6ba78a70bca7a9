/** Which settings a module reads; the first line that matches counts. Settings of no module are the platform's. */
const MODULES: readonly (readonly [module: string, names: RegExp])[] = [
  ['audit', /^BONYAN_AUDIT_/],
  ['scheduler', /^BONYAN_(?:EXECUTION_DAYS|JOB_LEASE_SECONDS)$/],
  ['todos', /^BONYAN_TODOS_/],
  ['exports', /^BONYAN_EXPORTS_/],
  ['organisations', /^BONYAN_ORGANISATION/],
  ['files', /^(?:BONYAN_FILES|CLAMAV)_/],
  ['logging', /^(?:BONYAN_LOGGING_|CLICKHOUSE_URL)/],
  ['observability', /^BONYAN_(?:ALERT_|RELEASE$)/],
  [
    'users',
    /^BONYAN_(?:ADMIN|BOT_CHECK|TURNSTILE|SMS_|SIGN_UP|PHONE_REGION|OAUTH|PASSWORD|TOKEN|SIGNING|USER_METADATA|FAILURES|RETURN_ORIGINS)/,
  ],
  [
    'notifications',
    /^(?:BONYAN_(?:NOTIFICATION|PROVIDER)|SMTP|MAIL_FROM|DKIM|SMS_HTTP|TWILIO|KAVENEGAR|VAPID|FCM|SLACK|TEAMS|TELEGRAM|WEBHOOK_)/,
  ],
];

export function moduleOf(setting: string): string {
  return MODULES.find(([, names]) => names.test(setting))?.[0] ?? 'platform';
}
