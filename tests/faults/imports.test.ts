import assert from 'node:assert/strict';
import { test } from 'node:test';
import { login } from '#testing/accounts.ts';
import { testApp } from '#testing/app.ts';
import { hashKinds } from '#testing/imports/hash-kinds.ts';
import { importLines, personLine } from '#testing/imports/lines.ts';
import { isLong } from './stage.ts';

const PEOPLE = isLong ? 100_000 : 100;
const PASSWORDS = 20;
const AT_ONCE = 4; // sign-ins: more would wait for the threads that hash

test(
  'everybody who is imported signs in once by the old hash, of five kinds, and has one of ours then',
  { timeout: 120_000 + PEOPLE * 100 },
  async (t) => {
    const app = await testApp(t);
    const passwords = Array.from({ length: PASSWORDS }, (_, at) => `the old password ${at}`);
    const hashes = passwords.map((password) => Object.values(hashKinds(password)));
    const people = Array.from({ length: PEOPLE }, (_, at) =>
      personLine(`p-${at}`, { passwordHash: hashes[at % PASSWORDS]?.[Math.floor(at / PASSWORDS) % 5] }),
    );
    const { summary } = await importLines(app, people);
    const ofOurs = async () => {
      const { rows } = await app.database.pool.query<{ n: number }>(
        `select count(*)::int as n from users."user" where password_hash like '$argon2id$v=19$m=19456,t=2,p=1$%'`,
      );
      return rows[0]?.n;
    };
    const before = await ofOurs();

    const refused: string[] = [];
    const waiting = people.entries();
    const signIn = async () => {
      for (const [at, { email }] of waiting) {
        const { status, body } = await login(app, email, passwords[at % PASSWORDS]);
        if (status !== 200) refused.push(`${email}: ${status} ${body.code}`);
      }
    };
    const beganMs = performance.now();
    await Promise.all(Array.from({ length: AT_ONCE }, signIn));
    t.diagnostic(`${PEOPLE} sign-ins in ${Math.round((performance.now() - beganMs) / 1000)} s`);

    assert.deepEqual(refused, []);
    assert.deepEqual([summary.imported, before, await ofOurs()], [PEOPLE, 0, PEOPLE]);
  },
);
