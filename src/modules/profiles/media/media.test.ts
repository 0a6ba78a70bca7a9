import assert from 'node:assert/strict';
import { test } from 'node:test';
import sharp from 'sharp';
import { newId } from '#kernel/id.ts';
import { loadConfig } from '#platform/config/load.ts';
import { createLog } from '#platform/log/pino.ts';
import { filePermissions } from '#modules/files/contract.ts';
import { eventsOf } from '#testing/accounts.ts';
import { SECRET, testApp, type TestApp } from '#testing/app.ts';
import { EICAR_HALVES } from '#testing/conformance/scan.ts';
import { nestedZip } from '#testing/files/archives.ts';
import { fetchBytes, personWith, releasedFile, upload } from '#testing/files/uploads.ts';
import { behaveLikeClamd, startServer } from '#testing/servers/clamd.ts';
import { createApp } from '../../../app.ts';
import { profilePermissions } from '../contract.ts';

const mine = [
  ...Object.values(profilePermissions).filter(({ grantedTo }) => grantedTo.includes('user')),
  ...Object.values(filePermissions).filter(({ grantedTo }) => grantedTo.includes('user')),
];

/** A caller with an empty profile. */
async function owner(app: TestApp) {
  const caller = app.signIn(...mine);
  await caller.post('/profiles/me');
  return caller;
}

/** Red above, blue below. */
async function twoColours(width: number, height: number) {
  const half = { create: { width, height: height / 2, channels: 3, background: '#ff0000' } } as const;
  return sharp({ create: { width, height, channels: 3, background: '#0000ff' } })
    .composite([{ input: await sharp(half).png().toBuffer(), gravity: 'north' }])
    .png()
    .toBuffer();
}

const asPng = (content: Uint8Array) => ({ name: 'a.png', type: 'image/png', content });
const asJpeg = (content: Uint8Array) => ({ name: 'a.jpg', type: 'image/jpeg', content });
const wav = () => {
  const head = Buffer.alloc(44);
  head.write('RIFF....WAVEfmt ');
  return { name: 'a.wav', type: 'audio/wav', content: head };
};

/** Of the part of EXIF that says where, as little-endian writers have it. */
const GPS_TAG = Buffer.from([0x25, 0x88]);

/** Of the pixel in the middle. */
async function colourOf(picture: Buffer): Promise<'red' | 'blue' | 'other'> {
  const { width, height } = await sharp(picture).metadata();
  const at = { left: width >> 1, top: height >> 1, width: 1, height: 1 };
  const [red = 0, , blue = 0] = await sharp(picture).extract(at).removeAlpha().raw().toBuffer();
  if (red > 200 && blue < 60) return 'red';
  return blue > 200 && red < 60 ? 'blue' : 'other';
}

const uses = {
  avatar: { path: '/profiles/me/avatar', field: 'avatarFileId', right: asPng, content: () => twoColours(40, 40) },
  music: { path: '/profiles/me/music', field: 'musicFileId', right: () => wav(), content: async () => Buffer.alloc(0) },
} as const;

for (const [name, { path, field, right, content }] of Object.entries(uses)) {
  test(`the file of ${name} must exist, be the owner's, released, available and of its type: each state has its code`, async (t) => {
    const app = await testApp(t, { environment: { CLAMAV_URL: await startServer(t, behaveLikeClamd(1_000_000)) } });
    const [sara, reza] = [await owner(app), await owner(app)];
    const file = right(await content());
    const fileId = await releasedFile(app, sara, file);
    const otherId = await releasedFile(app, reza, file);
    const friend = await personWith(app, reza, otherId, { canRead: true });
    await friend.post('/profiles/me');
    const shared = await friend.put(path, { [field]: otherId });
    const textId = await releasedFile(app, sara);
    const { body: pending } = await upload(sara, file);
    const refusal = async (id: string) => {
      const { status, body } = await sara.put(path, { [field]: id });
      return `${status} ${body.code}`;
    };
    const whilePending = await refusal(pending.id);
    const stateOf = async (id: string) => (await sara.get(`/files/${id}`)).body.storageStatus;
    const { body: infected } = await upload(sara, { content: EICAR_HALVES.join('') });
    const { body: failed } = await upload(sara, { name: 'a.zip', content: nestedZip(4) });
    await app.drain();
    const lostId = await releasedFile(app, sara, { content: `lost ${name}` });
    for (const { key } of (await app.storage.list('files/content/')).objects)
      if ((await app.storage.head(key))?.sizeBytes === `lost ${name}`.length) await app.storage.delete(key);
    await fetchBytes(app, sara.userId, `/files/${lostId}/download`);
    const trashId = await releasedFile(app, sara, file);
    await sara.delete(`/files/${trashId}`);
    const states = await Promise.all([infected.id, failed.id, lostId, trashId].map(stateOf));

    const found = {
      missing: await refusal(newId()),
      other: await refusal(otherId),
      pending: whilePending,
      text: await refusal(textId),
      infected: await refusal(infected.id),
      failed: await refusal(failed.id),
      lost: await refusal(lostId),
      trash: await refusal(trashId),
    };
    const { body: before } = await sara.get('/profiles/me');
    await refusal(fileId);
    const { body: after } = await sara.get('/profiles/me');

    assert.deepEqual(states, ['infected', 'failed', 'missing', 'deleted']);
    assert.deepEqual(found, {
      missing: `400 profiles.${name}_file_not_found`,
      other: `400 profiles.${name}_file_not_owned`,
      pending: `409 profiles.${name}_file_pending`,
      text: `400 profiles.${name}_file_wrong_type`,
      infected: `400 profiles.${name}_file_unavailable`,
      failed: `400 profiles.${name}_file_unavailable`,
      lost: `400 profiles.${name}_file_unavailable`,
      trash: `400 profiles.${name}_file_unavailable`,
    });
    assert.deepEqual([shared.status, shared.body.code], [400, `profiles.${name}_file_not_owned`]);
    assert.deepEqual([before[field], after[field]], [null, fileId]);
  });

  test(`when the file of ${name} is deleted, the profile does not refer to it any more, also after a restart in between`, async (t) => {
    const app = await testApp(t);
    const sara = await owner(app);
    const fileId = await releasedFile(app, sara, right(await content()));
    await sara.put('/profiles/me/music', { musicTitle: 'مرغ سحر' });
    const { body: filled } = await sara.put(path, { [field]: fileId });

    await sara.delete(`/files/${fileId}`);
    const config = loadConfig({
      DATABASE_URL: app.databaseUrl,
      BONYAN_SECRET: SECRET,
      BONYAN_DATA_DIR: app.dataDir,
      BONYAN_LOG_LEVEL: 'silent',
    });
    const next = await createApp({ config, kind: 'command', log: createLog('silent') });
    t.after(next.close);
    await next.background.drain(null);

    const { body } = await sara.get('/profiles/me');
    assert.deepEqual([filled[field], body[field], body.musicTitle], [fileId, null, 'مرغ سحر']);
    assert.equal(body.version, filled.version + 1);
    assert.equal((await eventsOf(app, sara.userId)).filter((type) => type === 'profiles.updated.v1').length, 3);
  });
}

test('what cannot be shown as a picture is no avatar, and what has no sound no music', async (t) => {
  const app = await testApp(t);
  const sara = await owner(app);
  const whole = await sharp({ create: { width: 900, height: 900, channels: 3, background: '#123456' } })
    .jpeg()
    .toBuffer();
  const files = {
    svg: { name: 'a.svg', type: 'image/svg+xml', content: '<svg xmlns="http://www.w3.org/2000/svg"/>' },
    broken: asJpeg(whole.subarray(0, 400)),
    sound: wav(),
  };

  for (const [name, file] of Object.entries(files)) {
    const { status, body } = await sara.put('/profiles/me/avatar', {
      avatarFileId: await releasedFile(app, sara, file),
    });
    assert.deepEqual([status, body.code], [400, 'profiles.avatar_file_wrong_type'], name);
  }
  const musicFileId = await releasedFile(app, sara, asJpeg(whole));
  assert.equal((await sara.put('/profiles/me/music', { musicFileId })).body.code, 'profiles.music_file_wrong_type');
});

test('an avatar is shown in three sizes as WebP, upright, without GPS; the original is for its owner alone', async (t) => {
  const app = await testApp(t);
  const [sara, reza] = [await owner(app), await owner(app)];
  // On its side: upright, it is 200 wide, 400 high, and red above.
  const taken = await sharp(
    await sharp(await twoColours(200, 400))
      .rotate(270)
      .toBuffer(),
  )
    .withExif({ IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '35/1 41/1 0/1' } })
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toBuffer();
  assert.ok((await sharp(taken).metadata()).exif?.includes(GPS_TAG));
  const avatarFileId = await releasedFile(app, sara, asJpeg(taken));
  await sara.put('/profiles/me/avatar', { avatarFileId, crop: { x: 0, y: 0, size: 200 } });
  await sara.patch('/profiles/me/privacy', { isProfilePublic: true });
  const url = `/profiles/${sara.userId}/avatar`;

  for (const size of [64, 256, 512]) {
    const { status, bytes, headers } = await fetchBytes(app, reza.userId, `${url}?size=${size}`);
    const { format, width, height, exif, orientation } = await sharp(bytes).metadata();
    assert.deepEqual(
      [status, headers['content-type'], format, width, height, exif, orientation],
      [200, 'image/webp', 'webp', size, size, undefined, undefined],
    );
    assert.equal(await colourOf(bytes), 'red');
  }
  const own = await fetchBytes(app, sara.userId, `/files/${avatarFileId}/download`);
  const others = await fetchBytes(app, reza.userId, `/files/${avatarFileId}/download`);
  const byImage = await fetchBytes(app, reza.userId, `/files/${avatarFileId}/image`);
  assert.deepEqual([own.status, own.bytes.equals(taken)], [200, true]);
  assert.deepEqual([others.status, byImage.status], [404, 404]);
  assert.equal((await sara.get(`/files/audit/${avatarFileId}`)).body.totalCount, 1, 'an avatar is no download');
});

test('the crop is a square of the upright picture, and must be inside it', async (t) => {
  const app = await testApp(t);
  const sara = await owner(app);
  const avatarFileId = await releasedFile(app, sara, asPng(await twoColours(200, 400)));
  const shown = async (crop?: object) => {
    const { status, body } = await sara.put('/profiles/me/avatar', { avatarFileId, ...(crop && { crop }) });
    if (status !== 200) return body.code;
    return colourOf((await fetchBytes(app, sara.userId, '/profiles/me/avatar?size=64')).bytes);
  };

  assert.equal(await shown({ x: 0, y: 0, size: 200 }), 'red');
  assert.equal(await shown({ x: 50, y: 250, size: 100 }), 'blue');
  assert.equal(await shown({ x: 0, y: 0, size: 201 }), 'profiles.avatar_crop_invalid');
  assert.equal(await shown({ x: 101, y: 0, size: 100 }), 'profiles.avatar_crop_invalid');
  assert.equal(await shown({ x: 0, y: 399, size: 2 }), 'profiles.avatar_crop_invalid');
  assert.equal(await shown({ x: -1, y: 0, size: 2 }), 'http.invalid');
  assert.equal((await sara.get('/profiles/me')).body.avatarCrop.y, 250);
  const since = { 'if-modified-since': new Date(app.now().getTime() + 60_000).toUTCString() };
  const asked = await fetchBytes(app, sara.userId, '/profiles/me/avatar?size=64', since);
  assert.deepEqual(
    [asked.status, asked.headers['last-modified']],
    [200, undefined],
    'only the tag tells the versions apart',
  );
  await shown();
  assert.equal((await sara.get('/profiles/me')).body.avatarCrop, null);
});

test('an avatar that is removed, private, lost or of nobody is not found, and a browser that has it gets 304', async (t) => {
  const app = await testApp(t);
  const [sara, reza] = [await owner(app), await owner(app)];
  const avatarFileId = await releasedFile(app, sara, asPng(await twoColours(40, 40)));
  await sara.put('/profiles/me/avatar', { avatarFileId });
  const url = `/profiles/${sara.userId}/avatar`;
  const codeOf = async (path = url, userId = reza.userId) => {
    const { status, text } = await fetchBytes(app, userId, path);
    return status === 200 ? 200 : JSON.parse(text).code;
  };

  const hidden = [await codeOf(), await codeOf(`/profiles/${newId()}/avatar`), await codeOf('/profiles/me/avatar')];
  const own = await codeOf(url, sara.userId);
  await sara.patch('/profiles/me/privacy', { isProfilePublic: true });
  const seen = await fetchBytes(app, reza.userId, url);
  const again = await fetchBytes(app, reza.userId, url, { 'if-none-match': String(seen.headers.etag) });
  const state = 'update files.file set storage_status = $1';
  await app.database.pool.query(state, ['infected']);
  const infected = await codeOf();
  await app.database.pool.query(state, ['available']);
  const { body } = await sara.delete('/profiles/me/avatar');
  const removed = await codeOf();

  assert.deepEqual(
    hidden,
    Array.from({ length: 3 }, () => 'profiles.avatar_not_found'),
  );
  assert.deepEqual([own, seen.status, again.status], [200, 200, 304]);
  assert.deepEqual([infected, removed], ['profiles.avatar_not_found', 'profiles.avatar_not_found']);
  assert.deepEqual([body.avatarFileId, (await sara.get(`/files/${avatarFileId}`)).status], [null, 200]);
});

test('a file that is deleted while it is chosen is not referred to afterwards', async (t) => {
  const app = await testApp(t);
  const sara = await owner(app);

  for (let round = 0; round < 5; round++) {
    const avatarFileId = await releasedFile(app, sara, asPng(await twoColours(20, 20)));
    await Promise.all([sara.put('/profiles/me/avatar', { avatarFileId }), sara.delete(`/files/${avatarFileId}`)]);
    await app.drain();
    assert.equal((await sara.get('/profiles/me')).body.avatarFileId, null);
  }
});
