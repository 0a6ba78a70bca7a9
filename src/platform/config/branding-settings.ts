import { readFileSync, statSync } from 'node:fs';
import { languages } from '#kernel/language.ts';
import { isTimeZone } from '#kernel/time/zone.ts';
import { baseUrl, oneOf, setting } from './setting-kinds.ts';

const MAX_NAME = 50; // mail programs show about 60 characters of a subject, which has more to say
const MAX_LOGO_BYTES = 102_400; // it is part of each mail
/** By their first bytes. Mail programs show no other kinds; SVG is not shown by most. */
const IMAGES = [
  { contentType: 'image/png', start: '89504e470d0a1a0a' },
  { contentType: 'image/jpeg', start: 'ffd8ff' },
  { contentType: 'image/gif', start: '47494638' },
];

/** How the installation presents itself. */
export const brandingSettings = {
  appName: setting(
    'BONYAN_APP_NAME',
    null,
    oneLine,
    'name of the application: in messages, authenticator apps, passkey prompts and pages; default: Bonyan',
  ),
  appNameFa: setting('BONYAN_APP_NAME_FA', null, oneLine, 'the same in Persian texts; default: BONYAN_APP_NAME'),
  appUrl: setting(
    'BONYAN_APP_URL',
    null,
    baseUrl,
    'what links in messages begin with, if another server shows /console/verify and the like; default: BONYAN_PUBLIC_URL',
  ),
  appColor: setting('BONYAN_APP_COLOR', '#0b6b72', color, 'colour of buttons and links in messages, as #rrggbb'),
  appLogo: setting(
    'BONYAN_APP_LOGO',
    null,
    image,
    'file with the logo for messages: PNG, JPEG or GIF, up to 100 KiB; shown 32 pixels high',
  ),
  language: setting(
    'BONYAN_LANGUAGE',
    'en',
    oneOf(...languages),
    'language of people who have chosen none, and of templates whose language is `default`: en or fa',
  ),
  timeZone: setting(
    'BONYAN_TIME_ZONE',
    'UTC',
    timeZone,
    'time zone of people who have chosen none, such as Asia/Tehran',
  ),
};

/** A header of a mail and a label in an authenticator app, whose format (otpauth) separates names by colons. */
function oneLine(value: string): string {
  const text = value.trim();
  if (text.length >= 1 && text.length <= MAX_NAME && !/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069:]/u.test(text))
    return text;
  throw new Error(`expected one line of 1 to ${MAX_NAME} characters without a colon`);
}

function color(value: string): string {
  if (/^#[0-9a-f]{6}$/i.test(value)) return value.toLowerCase();
  throw new Error('expected a colour such as #0b6b72');
}

function timeZone(value: string): string {
  if (isTimeZone(value)) return value;
  throw new Error('expected a time zone such as Asia/Tehran');
}

function image(path: string): { bytes: Buffer; contentType: string } {
  const bytes = readSmall(path);
  const kind = IMAGES.find(({ start }) => bytes.subarray(0, start.length / 2).toString('hex') === start);
  if (kind) return { bytes, contentType: kind.contentType };
  throw new Error('expected the path of a PNG, JPEG or GIF file');
}

function readSmall(path: string): Buffer {
  let size: number;
  try {
    size = statSync(path).size;
    if (size <= MAX_LOGO_BYTES) return readFileSync(path);
  } catch {
    throw new Error('expected the path of an image file that can be read');
  }
  throw new Error(`expected an image of up to ${MAX_LOGO_BYTES / 1024} KiB (it has ${Math.ceil(size / 1024)})`);
}
