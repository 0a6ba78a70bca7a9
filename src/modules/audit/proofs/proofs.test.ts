import assert from 'node:assert/strict';
import { createHash, createHmac, createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { test } from 'node:test';
import canonicalize from 'canonicalize';
import { testApp, type TestApp } from '#testing/app.ts';
import { toCanonical, toChecksum, toCommitment, toJcs } from '#verifier/entry.ts';
import { followHandovers, openRestorations, toHandoverText } from '#verifier/handover.ts';
import { openCheckpoint, signNote, toCheckpointText, type Checkpoint, type Signer } from '#verifier/note.ts';
import { toBranch, toRestorationText } from '#verifier/restoration.ts';
import { isConsistent, isIncluded } from '#verifier/tree.ts';
import { auditPermissions } from '../contract.ts';
import { recordAtOnce, recordMany, reportOf, verdictOf } from '#testing/trail/trail.ts';

const ENTRIES = 600; // over two stored subtrees of 256, and a remainder that is not a power of two

// RFC 6962, section 2.1, as it is defined there: by recursion over the whole list.
const sha256 = (...parts: Buffer[]) => createHash('sha256').update(Buffer.concat(parts)).digest();
const [LEAF, NODE] = [Buffer.from([0]), Buffer.from([1])];

function mth(d: readonly Buffer[]): Buffer {
  if (d.length === 0) return sha256();
  if (d.length === 1) return sha256(LEAF, d[0] as Buffer);
  const k = split(d.length);
  return sha256(NODE, mth(d.slice(0, k)), mth(d.slice(k)));
}

function path(m: number, d: readonly Buffer[]): Buffer[] {
  if (d.length === 1) return [];
  const k = split(d.length);
  return m < k ? [...path(m, d.slice(0, k)), mth(d.slice(k))] : [...path(m - k, d.slice(k)), mth(d.slice(0, k))];
}

function proof(m: number, d: readonly Buffer[]): Buffer[] {
  return subproof(m, d, true);
}

function subproof(m: number, d: readonly Buffer[], b: boolean): Buffer[] {
  if (m === d.length) return b ? [] : [mth(d)];
  const k = split(d.length);
  return m <= k
    ? [...subproof(m, d.slice(0, k), b), mth(d.slice(k))]
    : [...subproof(m - k, d.slice(k), false), mth(d.slice(0, k))];
}

function split(n: number): number {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

async function checksumsOf(app: TestApp): Promise<Buffer[]> {
  const { rows } = await app.database.pool.query<{ checksum: Buffer }>(
    'select checksum from audit.seal order by sequence',
  );
  return rows.map(({ checksum }) => checksum);
}

const base64 = (hashes: readonly Buffer[]) => hashes.map((hash) => hash.toString('base64'));
const bytes = (hashes: readonly string[]) => hashes.map((hash) => Buffer.from(hash, 'base64'));

test('inclusion proofs are those of RFC 6962, for old sizes of the tree too', async (t) => {
  const app = await testApp(t);
  await recordAtOnce(app, ENTRIES);
  const d = await checksumsOf(app);
  const auditor = app.signIn(auditPermissions.read);

  for (const size of [1, 2, 7, 256, 257, 511, 512, 513, ENTRIES])
    for (const sequence of new Set([1, 2, Math.ceil(size / 2), size]).values()) {
      if (sequence > size) continue;
      const { body } = await auditor.get(`/audit/proof/inclusion?sequence=${sequence}&size=${size}`);
      const tree = d.slice(0, size);
      assert.deepEqual(body.proof, base64(path(sequence - 1, tree)), `${sequence} of ${size}`);
      assert.equal(body.rootHash, mth(tree).toString('base64'));
      const [leaf, root] = bytes([body.leafHash, body.rootHash]);
      assert.ok(leaf && root && isIncluded(leaf, sequence - 1, size, bytes(body.proof), root));
      assert.ok(!isIncluded(root, sequence - 1, size, bytes(body.proof), root) || size === 1);
    }
});

test('consistency proofs are those of RFC 6962, and a rewritten tree has none', async (t) => {
  const app = await testApp(t);
  await recordAtOnce(app, ENTRIES);
  const d = await checksumsOf(app);
  const auditor = app.signIn(auditPermissions.read);

  for (const to of [1, 3, 8, 256, 300, 512, ENTRIES])
    for (const from of [1, 2, 3, 4, 7, 255, 256, 257, 512, 599, 600].filter((size) => size <= to)) {
      const { body } = await auditor.get(`/audit/proof/consistency?from=${from}&to=${to}`);
      assert.deepEqual(body.proof, base64(proof(from, d.slice(0, to))), `${from} to ${to}`);
      const [older, newer] = [mth(d.slice(0, from)), mth(d.slice(0, to))];
      assert.ok(isConsistent(from, to, bytes(body.proof), older, newer), `${from} to ${to}`);
      if (from < to) assert.ok(!isConsistent(from, to, bytes(body.proof), mth([...d.slice(1, from), LEAF]), newer));
    }
});

test('a proof that cannot be made is refused with the reason', async (t) => {
  const app = await testApp(t);
  const auditor = app.signIn(auditPermissions.read);

  const empty = await auditor.get('/audit/proof/inclusion?sequence=1');
  const noHead = await auditor.get('/audit/checkpoint');
  await recordMany(app, 3);
  const beyond = await auditor.get('/audit/proof/inclusion?sequence=4');
  const outside = await auditor.get('/audit/proof/inclusion?sequence=3&size=2');
  const backwards = await auditor.get('/audit/proof/consistency?from=3&to=2');

  assert.deepEqual(
    [empty, noHead, beyond, outside, backwards].map(({ status, body }) => [status, body.code]),
    [
      [404, 'audit.nothing_sealed'],
      [404, 'audit.nothing_sealed'],
      [404, 'audit.sequence_unknown'],
      [404, 'audit.sequence_unknown'],
      [400, 'audit.range_invalid'],
    ],
  );
});

/** Implements c2sp.org/signed-note and c2sp.org/tlog-checkpoint without our code. */
function readCheckpoint(note: string, verifierKey: string) {
  const [name = '', id = '', encoded = ''] = verifierKey
    .split('+', 2)
    .concat(verifierKey.split('+').slice(2).join('+'));
  const key = Buffer.from(encoded, 'base64');
  const expectedId = createHash('sha256')
    .update(Buffer.concat([Buffer.from(`${name}\n`), key]))
    .digest()
    .subarray(0, 4);
  assert.equal(id, expectedId.toString('hex'));
  assert.equal(key[0], 1);
  const publicKey = createPublicKey({
    key: { kty: 'OKP', crv: 'Ed25519', x: key.subarray(1).toString('base64url') },
    format: 'jwk',
  });
  const [text = '', signatures = ''] = note.split('\n\n');
  const line = signatures.split('\n').find((one) => one.startsWith(`\u2014 ${name} `)) ?? '';
  const signature = Buffer.from(line.split(' ')[2] ?? '', 'base64');
  assert.deepEqual(signature.subarray(0, 4), expectedId);
  assert.ok(verify(null, Buffer.from(`${text}\n`), publicKey, signature.subarray(4)));
  const [log, size, root] = text.split('\n');
  return { log, size: Number(size), root, name };
}

test('the checkpoint is a signed note of C2SP over the root of RFC 6962', async (t) => {
  const app = await testApp(t);
  await recordAtOnce(app, 300);
  const auditor = app.signIn(auditPermissions.read);
  const { verifierKey } = (await auditor.get('/audit/keys')).body.items[0];

  const response = await app.http.inject({
    url: '/api/v1/audit/checkpoint',
    headers: { 'x-test-caller': auditor.userId },
  });

  const checkpoint = readCheckpoint(response.body, verifierKey);
  assert.match(String(response.headers['content-type']), /^text\/plain/);
  assert.equal(checkpoint.log, checkpoint.name);
  assert.deepEqual([checkpoint.size, checkpoint.root], [300, mth(await checksumsOf(app)).toString('base64')]);
});

test('after a change of keys old checkpoints verify, and a verifier who trusts only the old key can trust the new one', async (t) => {
  const app = await testApp(t);
  await recordMany(app, 3);
  await app.audit.anchor();
  const auditor = app.signIn(auditPermissions.read);
  const { items: before } = (await auditor.get('/audit/keys')).body;
  const old = before[0].verifierKey;

  await app.audit.rotateKey();
  await recordMany(app, 3);
  await app.audit.anchor();

  const { items: after } = (await auditor.get('/audit/keys')).body;
  const verdict = await verdictOf(app, { keys: [old] });
  assert.deepEqual(
    after.map(({ isCurrent }: { isCurrent: boolean }) => isCurrent),
    [true, false],
  );
  assert.equal(after[1].verifierKey, old);
  assert.equal(verdict.isValid, true, JSON.stringify(verdict.breaks));
  assert.deepEqual(verdict.keys, [old, after[0].verifierKey]);
  assert.equal((await reportOf(app)).isValid, true);
});

test('after a change of keys the new key alone verifies what the old keys signed, up to the end of each', async (t) => {
  const app = await testApp(t);
  await recordMany(app, 3);
  await app.audit.anchor();
  await app.audit.rotateKey();
  await recordMany(app, 3);
  await app.audit.anchor();
  await app.audit.rotateKey();
  await recordMany(app, 3);
  const { items } = (await app.signIn(auditPermissions.read).get('/audit/keys')).body;
  const keys: string[] = items.map(({ verifierKey }: { verifierKey: string }) => verifierKey);

  for (const key of keys) {
    const verdict = await verdictOf(app, { keys: [key] });
    assert.equal(verdict.isValid, true, JSON.stringify(verdict.breaks));
    assert.deepEqual(new Set(verdict.keys), new Set(keys));
  }
});

function signerOf(name: string): Signer {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return { name, privateKey, publicKey: publicKey.export({ format: 'der', type: 'spki' }).subarray(-32) };
}

test('the new key does not vouch for later signatures of an old key, or for those of an invented key', () => {
  const [old, next, stranger] = [signerOf('log'), signerOf('log'), signerOf('log')];
  const root = (byte: number) => Buffer.alloc(32, byte);
  const headOf = (size: number, byte: number) => ({ origin: 'log', size, root: root(byte), branch: '' });
  const handover = signNote(toHandoverText({ before: old, next, head: headOf(5, 1) }), [old, next]);
  const text = toHandoverText({ before: stranger, next, head: headOf(9, 2) });
  const claims = {
    'its own successor': signNote(text, [stranger]),
    'with the signature of the new key from elsewhere': `${signNote(text, [stranger])}${handover.split('\n').at(-2)}\n`,
  };
  const trust = followHandovers([handover, ...Object.values(claims)], [next]);
  const { keys, heads } = trust;
  const signed = (by: Signer, size: number) =>
    openCheckpoint(signNote(toCheckpointText(headOf(size, 3)), [by]), keys)?.size ?? null;

  assert.deepEqual([signed(next, 9), signed(old, 5), signed(old, 6), signed(stranger, 3)], [9, 5, null, null]);
  assert.deepEqual(heads, [headOf(5, 1)]);
  const lost = { origin: 'log', kept: 0, root: root(4), abandoned: 100, reason: 'no', parent: '' };
  const statement = (by: Signer) => signNote(toRestorationText(lost), [by]);
  assert.deepEqual(openRestorations([statement(old), statement(stranger)], trust), []);
  assert.equal(openRestorations([statement(next)], trust).length, 1);
});

test('a replaced key that was stolen vouches for no larger tree, no other key and no restore', async (t) => {
  const [first, second, third, stranger] = [signerOf('log'), signerOf('log'), signerOf('log'), signerOf('log')];
  const headOf = (size: number, branch = '') => ({ origin: 'log', size, root: Buffer.alloc(32, size), branch });
  const handover = (before: Signer, next: Signer, head: Checkpoint, signers = [before, next]) =>
    signNote(toHandoverText({ before, next, head }), signers);
  const own = [handover(first, second, headOf(5)), handover(second, third, headOf(8))];
  const lost = { origin: 'log', kept: 5, root: Buffer.alloc(32), abandoned: 100, reason: 'no', parent: '' };
  const statement = signNote(toRestorationText(lost), [first]);
  const branch = toBranch(toRestorationText(lost));
  const claims = {
    'a successor': handover(first, stranger, headOf(9, branch), [first]),
    'a successor that signs too': handover(first, stranger, headOf(9, branch)),
    'a predecessor': handover(stranger, second, headOf(9, branch)),
    'a predecessor in a smaller tree, on a branch of its own': handover(stranger, second, headOf(7, branch)),
  };

  for (const [name, claim] of Object.entries(claims))
    await t.test(name, () => {
      for (const notes of [
        [claim, ...own],
        [...own, claim],
      ]) {
        const trust = followHandovers(notes, [third]);

        const signedLater = [first, second, stranger].map((by) =>
          openCheckpoint(signNote(toCheckpointText(headOf(9)), [by]), trust.keys),
        );
        assert.deepEqual(signedLater, [null, null, null]);
        assert.ok(trust.heads.every(({ size }) => size <= 8));
        assert.deepEqual(openRestorations([statement], trust), []);
      }
    });
});

test('checksums and commitments equal those of a second implementation that follows the documentation', () => {
  const entry = {
    id: '01900000-0000-7000-8000-000000000001',
    timestampUtc: '2026-11-23T08:00:00.000Z',
    actorType: 'user',
    actorId: 'a"\\\u0007سلام\u2028',
    subjectId: '',
    action: 'probe.done',
    resourceType: 'thing',
    resourceId: '\u{1f600}',
    outcome: 'success',
    requestId: 'r',
    traceId: null,
  };
  const committed = {
    payload: { b: [1, 1e21, -0, 0.1], a: { ä: null, '\u{1f600}': 'x', '\ufb33': 1 } },
    ip: null,
    userAgent: 'u',
  };
  const [hash, previous, salt] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2), Buffer.alloc(16, 3)];
  const head = Buffer.from('010000000000000007', 'hex');

  const impersonated = { ...entry, impersonatorId: '01900000-0000-7000-8000-000000000002' };
  assert.equal(toCanonical(entry), canonicalize(entry));
  assert.equal(toCanonical({ ...entry, impersonatorId: null }), canonicalize(entry)); // as before there was the field
  assert.equal(toCanonical(impersonated), canonicalize(impersonated));
  assert.equal(toJcs(committed), canonicalize(committed));
  assert.deepEqual(
    toChecksum(7, toCanonical(entry), hash, previous),
    sha256(head, Buffer.from(canonicalize(entry) ?? ''), hash, previous),
  );
  assert.deepEqual(
    toCommitment(salt, committed),
    createHmac('sha256', salt)
      .update(canonicalize(committed) ?? '')
      .digest(),
  );
});
