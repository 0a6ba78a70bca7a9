import { httpUrl, integer, oneOf, secret, setting, text } from './setting-kinds.ts';

/** What keeps programs from registering, guessing and sending codes by the thousand. */
export const botCheckSettings = {
  botCheck: setting(
    'BONYAN_BOT_CHECK',
    'none',
    oneOf('none', 'altcha', 'turnstile'),
    'what is asked of clients that register, sign in or ask for codes: altcha (proof of work, without another service), turnstile, none',
  ),
  botCheckAfter: setting(
    'BONYAN_BOT_CHECK_AFTER',
    '10',
    integer(0, 1_000_000),
    'such requests of one network, or for one address, in ten minutes, after which it is asked; 0: always',
  ),
  turnstileSiteKey: setting('BONYAN_TURNSTILE_SITE_KEY', null, text(1, 200), 'site key of Turnstile, for the page'),
  turnstileSecret: secret('BONYAN_TURNSTILE_SECRET', null, text(1, 200), 'secret key of Turnstile'),
  turnstileUrl: setting(
    'BONYAN_TURNSTILE_URL',
    'https://challenges.cloudflare.com/turnstile/v0/siteverify',
    httpUrl,
    'where tokens are checked, for a service other than Cloudflare that checks them in the same way',
  ),
};
