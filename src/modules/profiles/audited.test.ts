import { test } from 'node:test';
import sharp from 'sharp';
import { testApp } from '#testing/app.ts';
import { createAuditObserver } from '#testing/audited.ts';
import { releasedFile } from '#testing/files/uploads.ts';
import { filePermissions } from '#modules/files/contract.ts';
import { audited } from './audited.ts';
import { profilePermissions } from './contract.ts';

test('every operation leaves just the audit entries of its line in the table', async (t) => {
  const app = await testApp(t);
  const { did, assertTable } = createAuditObserver(app, audited);
  const sara = app.signIn(profilePermissions.write, filePermissions.write);
  const content = await sharp({ create: { width: 9, height: 9, channels: 3, background: '#336699' } })
    .png()
    .toBuffer();
  const avatarFileId = await releasedFile(app, sara, { name: 'a.png', type: 'image/png', content });

  await did(sara, 'POST /profiles/me');
  await did(sara, 'PUT /profiles/me/basic', { firstName: 'سارا' });
  await did(sara, 'PATCH /profiles/me/bio', { bio: 'عکاس' });
  await did(sara, 'PATCH /profiles/me/contact', { contactEmail: 'sara@example.com' });
  await did(sara, 'PATCH /profiles/me/privacy', { showEmail: true });
  await did(sara, 'PATCH /profiles/me/preferences', { preferredLanguage: 'fa' });
  await did(sara, 'PATCH /profiles/me/social-links', { links: { github: 'https://github.com/sara' } });
  await did(sara, 'PUT /profiles/me/music', { musicTitle: 'مرغ سحر' });
  await did(sara, 'POST /profiles/me/interests', { interests: ['art'] });
  await did(sara, 'DELETE /profiles/me/interests/{interest}', undefined, { interest: 'art' });
  await did(sara, 'PUT /profiles/me/avatar', { avatarFileId });
  await did(sara, 'DELETE /profiles/me/avatar');

  await assertTable(import.meta.dirname);
});
