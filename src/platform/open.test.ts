import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test, type TestContext } from 'node:test';
import { testApp } from '#testing/app.ts';

test('nothing of S3 is loaded unless it is configured', () => {
  const program = `
    import { registerHooks } from 'node:module';
    registerHooks({ resolve(name, context, next) {
      if (/^@(aws-sdk|smithy)\\//.test(name)) throw new Error(name + ' was loaded');
      return next(name, context);
    } });
    await import(${JSON.stringify(new URL('../app.ts', import.meta.url).href)});
    await assertLoads(${JSON.stringify(new URL('./storage/s3.ts', import.meta.url).href)});
    async function assertLoads(file) {
      const error = await import(file).catch((error) => error);
      if (!/was loaded/.test(error.message)) throw new Error('the hook does not see loaded modules');
    }`;

  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' });

  assert.equal(status, 0, stderr);
});

/** The health of the system, of the storage and of the scanner. */
async function stateOf(t: TestContext, environment: Record<string, string> = {}) {
  const { http } = await testApp(t, { environment });
  const { status, components } = (await http.inject('/health')).json();
  const part = (name: string) => components.find((component: { name: string }) => component.name === name)?.status;
  assert.equal((await http.inject('/health/ready')).statusCode, 200);
  return [status, part('storage'), part('scan')];
}

const s3 = {
  S3_REGION: process.env.TEST_S3_REGION ?? 'us-east-1',
  S3_BUCKET: 'bonyan-open-test',
  S3_ACCESS_KEY_ID: process.env.TEST_S3_ACCESS_KEY_ID ?? 'nobody',
  S3_SECRET_ACCESS_KEY: process.env.TEST_S3_SECRET_ACCESS_KEY ?? 'nothing',
};

test('storage and scanner are health components', async (t) => {
  assert.deepEqual(await stateOf(t), ['healthy', 'healthy', 'healthy']);
});

test('unreachable storage and scanner make the system degraded, and the process starts and is ready', async (t) => {
  const environment = { ...s3, S3_ENDPOINT: 'http://127.0.0.1:9', CLAMAV_URL: 'tcp://127.0.0.1:9' };
  assert.deepEqual(await stateOf(t, environment), ['degraded', 'unhealthy', 'unhealthy']);
});

const { TEST_S3_ENDPOINT: endpoint, TEST_CLAMAV_URL: clamav } = process.env;
const skip = endpoint && clamav ? false : 'TEST_S3_ENDPOINT and TEST_CLAMAV_URL are not set';
test('configured storage and scanner are healthy', { skip }, async (t) => {
  const environment = { ...s3, S3_ENDPOINT: endpoint ?? '', CLAMAV_URL: clamav ?? '' };
  assert.deepEqual(await stateOf(t, environment), ['healthy', 'healthy', 'healthy']);
});
