import assert from 'node:assert/strict';
import { scryptSync } from 'node:crypto';
import { test } from 'node:test';
import { member, login, PASSWORD } from '#testing/accounts.ts';
import { testApp } from '#testing/app.ts';
import { refusalOfHash, verifyHash } from './foreign-hashes.ts';

const base64 = (hex: string) => Buffer.from(hex, 'hex').toString('base64').replace(/=+$/, '');
const text = (value: string) => Buffer.from(value).toString('base64').replace(/=+$/, '');

/** Vectors of the specifications, and of the repository of Firebase's scrypt. */
const vectors: readonly (readonly [name: string, stored: string, password: string])[] = [
  ['bcrypt, 2a', '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW', 'U*U'],
  ['bcrypt, 2y', '$2y$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW', 'U*U'],
  [
    'scrypt, RFC 7914',
    `$scrypt$ln=14,r=8,p=1$${text('SodiumChloride')}$${base64(
      '7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887',
    )}`,
    'pleaseletmein',
  ],
  [
    'PBKDF2 with SHA-1, RFC 6070',
    `$pbkdf2-sha1$i=4096$${text('salt')}$${base64('4b007901b765489abead49d926f721d065a429c1')}`,
    'password',
  ],
  [
    'PBKDF2 with SHA-256, RFC 7914',
    `$pbkdf2-sha256$i=80000$${text('NaCl')}$${base64(
      '4ddcd8f60b98be21830cee5ef22701f9641a4418d04c0414aeff08876b34ab56a1d425a1225833549adb841b51c9b3176a272bdebba1d078478f62b397f33c8d',
    )}`,
    'Password',
  ],
  [
    'scrypt of Firebase',
    '$firebase-scrypt$ln=14,r=8$42xEC+ixf3L2lw==$lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==$Bw==$jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==',
    'user1password',
  ],
];

test('hashes of other systems verify their password, as their specifications say, and no other', () => {
  for (const [name, stored, password] of vectors) {
    assert.equal(refusalOfHash(stored), null, name);
    assert.equal(verifyHash(stored, password), true, name);
    assert.equal(verifyHash(stored, `${password} `), false, name);
  }
});

test('a hash whose check would take too long, that is cut, or that has no known form, is refused with the reason', () => {
  const [salt, hash] = [text('salt of one person'), text('a hash of 32 bytes, as it has to')];
  const refused: readonly (readonly [reason: RegExp, ...stored: string[]])[] = [
    [/a cost above 14/, '$2b$15$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW'],
    [
      /more than 256 MiB/,
      `$scrypt$ln=20,r=8,p=1$${salt}$${hash}`,
      `$scrypt$ln=14,r=999,p=99$${salt}$${hash}`,
      `$firebase-scrypt$ln=20,r=8$${salt}$${hash}$Bw==$${hash}`,
      `$argon2id$v=19$m=999999999,t=2,p=1$${salt}$${hash}`,
    ],
    [/more than 10 passes/, `$argon2id$v=19$m=1024,t=200,p=1$${salt}$${hash}`],
    [
      /more than 5000000 iterations/,
      `$pbkdf2-sha256$i=50000000$${salt}$${hash}`,
      `$pbkdf2-sha1$i=3000000$${salt}$${hash}`, // twice, for 32 bytes
    ],
    [
      /16 to 64 bytes/,
      `$scrypt$ln=14,r=8,p=1$${salt}$${text('a')}`,
      `$pbkdf2-sha256$i=1000$${salt}$${text('cut off')}`,
    ],
    [
      /no form/,
      `$pbkdf2-md5$i=1000$${salt}$${hash}`,
      `$pbkdf2-sha256$i=0$${salt}$${hash}`,
      `$scrypt$ln=0,r=8,p=1$${salt}$${hash}`,
      '$2b$03$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW',
      'plain text',
      '',
      '5f4dcc3b5aa765d61d8327deb882cf99',
    ],
  ];

  for (const [reason, ...all] of refused)
    for (const stored of all) assert.match(refusalOfHash(stored) ?? 'none', reason, stored);
});

test('who has a hash of another system signs in with the old password, once by it and then by one of ours', async (t) => {
  const app = await testApp(t);
  const sara = await member(app);
  const hash = scryptSync(PASSWORD, 'salt', 32, { N: 2 ** 14, r: 8, p: 1 }).toString('base64');
  const stored = async () =>
    (
      await app.database.pool.query<{ hash: string }>('select password_hash as hash from users.user where id = $1', [
        sara.id,
      ])
    ).rows[0]?.hash ?? '';
  await app.database.pool.query('update users.user set password_hash = $2 where id = $1', [
    sara.id,
    `$scrypt$ln=14,r=8,p=1$${text('salt')}$${hash}`,
  ]);

  const wrong = await app.anonymous.post('/users/login', { email: sara.email, password: 'not the password' });
  const before = await stored();
  const first = await login(app, sara.email);
  const after = await stored();
  const second = await login(app, sara.email);

  assert.deepEqual([wrong.status, first.status, second.status], [401, 200, 200]);
  assert.match(before, /^\$scrypt/);
  assert.match(after, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
});
