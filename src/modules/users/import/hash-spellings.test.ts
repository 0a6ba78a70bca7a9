import assert from 'node:assert/strict';
import { pbkdf2Sync, scryptSync } from 'node:crypto';
import { test } from 'node:test';
import { refusalOfHash, verifyHash } from '../passwords/foreign-hashes.ts';
import { toHashForm } from './hash-spellings.ts';

const SALT = Buffer.from('fbefbe0102030405', 'hex'); // has + in Base64
const BCRYPT = '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW';
const ARGON2 = '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc';
const FIREBASE = {
  hash: 'lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==',
  salt: '42xEC+ixf3L2lw==',
};
const PROJECT = {
  rounds: 8,
  memoryCost: 14,
  saltSeparator: 'Bw==',
  signerKey: 'jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==',
};

function passlib(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '').replaceAll('+', '.');
}

const derived = (digest: string, salt: string | Buffer) => pbkdf2Sync('password', salt, 1000, 32, digest);
const scrypted = scryptSync('password', 'seasalt', 64, { N: 1024, r: 8, p: 5 }).toString('base64');

const spelled: readonly (readonly [name: string, given: string])[] = [
  ['PBKDF2 of Django', `pbkdf2_sha256$1000$seasalt$${derived('sha256', 'seasalt').toString('base64')}`],
  ['scrypt of Django', `scrypt$1024$seasalt$8$5$${scrypted}`],
  ['Argon2 of Django', `argon2${ARGON2}`],
  ['PBKDF2 of passlib, SHA-1', `$pbkdf2$1000$${passlib(SALT)}$${passlib(derived('sha1', SALT))}`],
  ['PBKDF2 of passlib, SHA-512', `$pbkdf2-sha512$1000$${passlib(SALT)}$${passlib(derived('sha512', SALT))}`],
];

for (const [name, given] of spelled)
  test(`${name} is right for its password alone`, () => {
    const hash = toHashForm(given) ?? '';
    assert.equal(refusalOfHash(hash), null);
    assert.deepEqual([verifyHash(hash, 'password'), verifyHash(hash, 'Password')], [true, false]);
  });

test('bcrypt of Django is right for its password alone', () => {
  const hash = toHashForm(`bcrypt$${BCRYPT}`) ?? '';
  assert.deepEqual([verifyHash(hash, 'U*U'), verifyHash(hash, 'U*V')], [true, false]);
});

test('a hash of Firebase takes the parameters of its project, also in the Base64 of addresses', () => {
  const urlSafe = { ...FIREBASE, hash: FIREBASE.hash.replaceAll('+', '-').replaceAll('/', '_') };
  const hash = toHashForm(urlSafe, PROJECT) ?? '';
  assert.equal(verifyHash(hash, 'user1password'), true);
  assert.equal(toHashForm({ ...FIREBASE, ...PROJECT }, { ...PROJECT, rounds: 1 }), hash, 'the line comes first');
  assert.equal(toHashForm(FIREBASE, { rounds: 8 }), null);
});

test('what is in our form stays, and a hash of a hash has no form', () => {
  assert.equal(toHashForm(BCRYPT), BCRYPT);
  assert.equal(toHashForm(ARGON2), ARGON2);
  assert.notEqual(refusalOfHash(toHashForm(`bcrypt_sha256$${BCRYPT}`) ?? ''), null);
  assert.notEqual(refusalOfHash(toHashForm('scrypt$1000$seasalt$8$5$c2Vh') ?? ''), null, 'N is no power of 2');
});
