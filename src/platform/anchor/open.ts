import type { Config } from '#platform/config/load.ts';
import type { Component } from '#platform/health/port.ts';
import type { MailPort } from '#platform/mail/port.ts';
import { defaultPolicy, supervise } from '#platform/resilience/supervise.ts';
import { createFileAnchor } from './file.ts';
import { createMailAnchor } from './mail.ts';
import type { NamedAnchor } from './port.ts';
import { createWebhookAnchor } from './webhook.ts';

/** Opens every configured anchor; there is none by default. */
export async function openAnchors(config: Config, mail: MailPort | null, components: Component[]) {
  const { auditAnchorFile: file, auditAnchorWebhook: webhook, auditAnchorEmail: email } = config;
  const s3 = await openBucket(config);
  const anchors: NamedAnchor[] = [
    ...(file === null
      ? []
      : [{ name: `file ${file}`, anchor: supervise(createFileAnchor(file), defaultPolicy, components) }]),
    ...(s3 === null
      ? []
      : [
          {
            name: `bucket ${config.auditAnchorS3Bucket}`,
            anchor: supervise(s3.driver, defaultPolicy, components),
          },
        ]),
    ...(webhook === null
      ? []
      : [{ name: 'webhook', anchor: supervise(createWebhookAnchor(webhook), defaultPolicy, components) }]),
    ...(email === null || mail === null ? [] : [{ name: 'e-mail', anchor: createMailAnchor(mail, email) }]),
  ];
  return { anchors, close: () => s3?.close() };
}

async function openBucket(config: Config) {
  const {
    auditAnchorS3Bucket: bucket,
    auditAnchorS3LockDays: lockDays,
    s3Endpoint: endpoint,
    s3Region: region,
  } = config;
  const { s3AccessKeyId: accessKeyId, s3SecretAccessKey: secretAccessKey } = config;
  if (bucket === null || endpoint === null || region === null || accessKeyId === null || secretAccessKey === null)
    return null;
  const { openS3Anchor } = await import('./s3.ts'); // loading it takes 250 ms, which the default start saves
  return openS3Anchor({ endpoint, region, bucket, accessKeyId, secretAccessKey, lockDays });
}
