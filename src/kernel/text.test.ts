import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testApp } from '#testing/app.ts';
import { clip, searchKeys, searchText } from './text.ts';

test('the program and the database fold every character to the same text', { timeout: 120_000 }, async (t) => {
  const { database } = await testApp(t);
  const characters: string[] = [];
  for (let code = 1; code <= 0x10_ffff; code++) {
    const character = String.fromCodePoint(code);
    if (!/[\p{Cn}\p{Cs}\p{Co}|｜]/u.test(character)) characters.push(character);
  }

  // One text: a query for each character would take minutes.
  const { rows } = await database.pool.query<{ folded: string }>('select platform.search_text($1) as folded', [
    characters.join('|'),
  ]);

  const folded = rows[0]?.folded.split('|') ?? [];
  const expected = searchText(characters.join('|')).split('|');
  const different = characters.filter((_, index) => folded[index] !== expected[index]);
  const { rows: known } = await database.pool.query<{ character: string }>(
    'select character from unnest($1::text[]) character where unicode_assigned(character)',
    [different],
  );
  assert.ok(characters.length > 150_000);
  assert.equal(folded.length, characters.length);
  assert.deepEqual(known, [], 'only characters that this PostgreSQL does not know may differ');
});

// A text of ASCII and Arabic letters takes a shorter way than one with any other.
test('the program and the database fold each character alone to the same form', async (t) => {
  const { database } = await testApp(t);
  const texts = Array.from({ length: 0x6ff }, (_, at) => `a${String.fromCodePoint(at + 1)} ی`);

  const { rows } = await database.pool.query<{ folded: string; isKnown: boolean }>(
    `select platform.search_text(one) as folded, unicode_assigned(one) as "isKnown" from unnest($1::text[]) with ordinality as each (one, place) order by place`,
    [texts],
  );

  const different = texts.filter((text, at) => rows[at]?.isKnown && rows[at].folded !== searchText(text));
  assert.equal(rows.length, texts.length);
  assert.deepEqual(different, []);
});

test('the program and the database cut a text into the same keys', async (t) => {
  const { database } = await testApp(t);

  for (const text of ['', 'ab', 'abc', 'کتابها و نقشهها', '😀😀😀a', 'aaaa', 'x'.repeat(500)]) {
    const { rows } = await database.pool.query<{ stored: number[]; searched: number[] }>(
      `select array(select distinct unnest(platform.search_keys('of', $1)) order by 1) as stored,
              array(select unnest(platform.search_keys_of('of', $2)) order by 1) as searched`,
      [text, searchKeys(text)],
    );
    assert.deepEqual(rows[0]?.stored, rows[0]?.searched, text);
  }
});

test('texts are the same in every spelling of their letters', () => {
  for (const spellings of [
    ['می‌خواهم', 'میخواهم', 'مي‌خواهم', 'مـیـخـواهم'],
    ['کتاب‌ها', 'کتابها', 'كِتابَ‌ها', 'كتابها'],
    ['کار', 'كار', 'كاٰر'],
    ['خانهٔ ما', 'خانه ما', 'خانۀ  ما', 'خانة\u00a0ما\n'],
    ['آب', 'اب', 'أب', 'إب', 'ٱب'],
    ['مسئول', 'مسيول'],
    ['۱۴۰۵', '١٤٠٥', '1405', '１４０５'],
    ['ﷲ', 'الله'],
    ['İdari', 'idari', 'ıdari', 'IDARI'],
    ['ΟΔΟΣ', 'οδος', 'οδοσ', 'όδος'],
    ['Café', 'cafe\u0301', 'CAFE', 'ｃａｆｅ'],
    ['한글', '\u1112\u1161\u11ab\u1100\u1173\u11af'],
  ])
    assert.equal(new Set(spellings.map(searchText)).size, 1, spellings.map(searchText).join(' | '));
  for (const [one, other] of [
    ['کتاب', 'کتب'],
    ['ß', 'ss'],
    ['が', 'か'],
    ['हि', 'ह'],
  ] as const)
    assert.notEqual(searchText(one), searchText(other));
});

test('a text is cut between characters as people see them, whatever their length', () => {
  const family = '👨‍👩‍👧‍👦';
  const cases: [string, number, string][] = [
    ['سلام', 10, 'سلام'],
    ['سلام', 2, 'سل'],
    [`ab${family}`, 5, 'ab'],
    [`ab${family}c`, 2 + family.length, `ab${family}`],
    ['كِتاب', 1, ''],
    ['🇮🇷🇮🇷', 6, '🇮🇷'],
    ['e\u0301e\u0301', 3, 'e\u0301'],
    [family.repeat(30), 200, family.repeat(18)],
    [`a${'\u0301'.repeat(5000)}`, 100, `a${'\u0301'.repeat(99)}`],
    ['abc', 0, ''],
  ];

  for (const [text, most, expected] of cases) assert.equal(clip(text, most), expected, `${text.slice(0, 20)} ${most}`);
});
