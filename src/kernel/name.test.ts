import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testApp } from '#testing/app.ts';
import { canonicalName, looksLike, NAME_PATTERN } from './name.ts';

const isName = (text: string) => new RegExp(NAME_PATTERN, 'u').test(text);

test('the program and the database fold every character to the same form', { timeout: 120_000 }, async (t) => {
  const { database } = await testApp(t);
  const characters: string[] = [];
  for (let code = 1; code <= 0x10_ffff; code++) {
    const character = String.fromCodePoint(code);
    if (!/[\p{Cn}\p{Cs}\p{Co}\n]/u.test(character)) characters.push(character);
  }

  // One text with a line for each: a query for each would take minutes.
  const { rows } = await database.pool.query<{ folded: string; known: string }>(
    `select platform.canonical_name($1) as folded, current_setting('server_version_num') as known`,
    [characters.join('\n')],
  );

  const folded = rows[0]?.folded.split('\n') ?? [];
  const expected = canonicalName(characters.join('\n')).split('\n');
  const different = characters.filter((_, index) => folded[index] !== expected[index]);
  const { rows: newer } = await database.pool.query<{ character: string }>(
    'select character from unnest($1::text[]) character where unicode_assigned(character)',
    [different],
  );
  assert.ok(characters.length > 150_000);
  assert.equal(folded.length, characters.length);
  assert.deepEqual(newer, [], 'only characters that this PostgreSQL does not know may differ');
  t.diagnostic(`${different.length} of ${characters.length} characters are too new for this PostgreSQL`);
});

// A text of ASCII and Arabic letters takes a shorter way than one with any other.
test('the program and the database fold each character alone to the same form', async (t) => {
  const { database } = await testApp(t);
  const texts = Array.from({ length: 0x6ff }, (_, at) => `a${String.fromCodePoint(at + 1)} ی`);

  const { rows } = await database.pool.query<{ folded: string; isKnown: boolean }>(
    `select platform.canonical_name(one) as folded, unicode_assigned(one) as "isKnown" from unnest($1::text[]) with ordinality as each (one, place) order by place`,
    [texts],
  );

  const different = texts.filter((text, at) => rows[at]?.isKnown && rows[at].folded !== canonicalName(text));
  assert.equal(rows.length, texts.length);
  assert.deepEqual(different, []);
});

test('names are the same that differ only in case, keyboard, compatible form or invisible characters', () => {
  const same = [
    ['İdari', 'idari', 'ıdari', 'IDARI'],
    ['ΟΔΟΣ', 'οδος', 'οδοσ'],
    ['كاربري', 'کاربری', 'کاربرى'],
    ['می‌خواهم', 'میخواهم'],
    ['تیم ۱', 'تیم ١', 'تیم 1'],
    ['Ｏｐｓ', 'ops', 'Op\u200bs', 'o\u00adps'],
    ['ﬁnance', 'finance'],
    ['a  b', 'a b', ' a b ', 'a\u00a0b'],
    ['é', 'e\u0301', 'É'],
  ];

  for (const names of same) assert.equal(new Set(names.map(canonicalName)).size, 1, names.join(' '));
  for (const [one, other] of [
    ['admin', 'аdmin'],
    ['آش', 'اش'],
    ['ß', 'ss'],
  ] as const)
    assert.notEqual(canonicalName(one), canonicalName(other));
});

test('a name cannot contain what is invisible, changes the direction of text, or has no character', () => {
  const refused = ['\u200b', '\u200c', '\u200d', '\u00ad', '\u2060', '\ufeff', '\ufe0f', '\u3164', '\u{e0061}'];
  const blank = ['\u2800', '\u1680', '\u{1d159}', '\ufffc', '\ue000', '\u{10fffd}'];
  const others = ['\u202e', '\u2066', '\u200f', '\u2028', '\n', '\u0007', '\u0085', '\u0378', '\u{ffffe}'];

  for (const character of [...refused, ...blank, ...others])
    assert.ok(!isName(`a${character}b`), JSON.stringify(character));
  for (const name of ['\u200cمی', 'می\u200c', 'می\u200c\u200cخواهم', 'a\u200cم', 'م\u200ca', 'م\u200c۱', ' ', ''])
    assert.ok(!isName(name), JSON.stringify(name));
  for (const name of ['می‌خواهم', 'خانهٔ‌ما', 'کتاب‌ها و نقشه‌ها', 'Ops & Co. (EU)', 'é', 'مدیر ۱', '日本', ' x '])
    assert.ok(isName(name), name);
});

test('a name that a reader could take for admin or user looks like it', () => {
  const admins = ['аdmin', 'ADMIN', 'Αdmin', 'ΑDΜΙΝ', 'adm1n', 'admln', 'adm|n', 'adrnin', 'ạdmin', 'admi̇n', 'аԁміո'];
  const more = [
    '𝐚𝐝𝐦𝐢𝐧',
    'ａｄｍｉｎ',
    'ad\u200bmin',
    'ᴀᴅᴍɪɴ',
    'ꭺdmin',
    'ⲁdmin',
    '𐊠DMIN',
    'aɗmin',
    'admⵏn',
    'adm𑣃n',
    'adm!n',
  ];
  const users = ['սѕеr', 'UЅER', 'uꜱer', 'υser', 'useг', 'ʋser', '∪ser', 'us℮r', 'usҽr', 'usꬲr', 'uƽer', 'useꭈ'];

  for (const name of [...admins, ...more]) assert.ok(looksLike(name, 'admin'), name);
  for (const name of users) assert.ok(looksLike(name, 'user'), name);
  for (const name of ['administrator', 'admins', 'ادمین', 'madmin', 'مدیر', 'админ'])
    assert.ok(!looksLike(name, 'admin'), name);
  for (const name of ['users', 'super user', 'کاربر']) assert.ok(!looksLike(name, 'user'), name);
});
