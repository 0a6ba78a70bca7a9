import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ConfigError, loadConfig } from '#platform/config/load.ts';
import { brandingOf } from '#testing/branding.ts';
import { contrastOf } from './contrast.ts';

const PNG = Buffer.from('89504e470d0a1a0a', 'hex');

test('a name that could begin a header, hide characters or split a label is refused, and so is every other mistake', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'branding-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const [svg, large] = [join(folder, 'logo.svg'), join(folder, 'large.png')];
  writeFileSync(svg, '<svg xmlns="http://www.w3.org/2000/svg"/>');
  writeFileSync(large, Buffer.concat([PNG, Buffer.alloc(102_400)]));
  const mistakes: Record<string, string[]> = {
    BONYAN_APP_NAME: ['a\r\nBcc: x@example.com', 'a\u202eb', 'Shop: Aftab', 'x'.repeat(51), ' '],
    BONYAN_APP_NAME_FA: ['آفتاب\nدوم'],
    BONYAN_APP_COLOR: ['teal', '#abc', '#0b6b72;background:url(x)'],
    BONYAN_APP_LOGO: [svg, large, folder, join(folder, 'none.png')],
    BONYAN_APP_URL: [
      'javascript:alert(1)',
      'example.com',
      'https://example.com/a(b',
      'https://example.com/?t=1',
      'https://example.com/#t',
      'https://sara@example.com',
    ],
    BONYAN_LANGUAGE: ['de', 'FA-ir', 'default'],
    BONYAN_TIME_ZONE: ['Tehran', '+03:30'],
  };

  const accepted = Object.entries(mistakes).flatMap(([name, values]) =>
    values.filter((value) => !refusalOf({ [name]: value })?.startsWith(`${name}: expected`)),
  );

  assert.deepEqual(accepted, []);
});

test('every colour gives text that can be read, on it and in it', () => {
  const steps = ['00', '40', '80', 'c0', 'ff'];
  const accents = steps.flatMap((red) => steps.flatMap((green) => steps.map((blue) => `#${red}${green}${blue}`)));

  const faint = accents.filter((accent) => {
    const { onAccent, text } = brandingOf({ BONYAN_APP_COLOR: accent }).colors;
    return contrastOf(accent, onAccent) < 4.5 || contrastOf('#fdfcf9', text) < 4.5;
  });

  assert.deepEqual(faint, []);
});

test('without settings the application is Bonyan, and one name serves both languages', () => {
  const [own, english, both] = [
    brandingOf({ BONYAN_PUBLIC_URL: 'https://api.example.com' }),
    brandingOf({ BONYAN_APP_NAME: 'Aftab' }),
    brandingOf({ BONYAN_APP_NAME: 'Aftab', BONYAN_APP_NAME_FA: 'آفتاب', BONYAN_APP_URL: 'https://app.example.com/' }),
  ];

  assert.deepEqual([own.names, own.signInName], [{ en: 'Bonyan', fa: 'بنیان' }, 'api.example.com']);
  assert.deepEqual(english.names, { en: 'Aftab', fa: 'Aftab' });
  assert.deepEqual(
    [both.names, both.signInName, both.linkBase],
    [{ en: 'Aftab', fa: 'آفتاب' }, 'Aftab', 'https://app.example.com'],
  );
});

function refusalOf(environment: Record<string, string>): string | undefined {
  try {
    loadConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.mistakes[0];
    throw error;
  }
  return undefined;
}
