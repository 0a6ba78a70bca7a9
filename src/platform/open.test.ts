import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
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
      if (!/was loaded/.test(error.message)) throw new Error('the hook sees nothing');
    }`;

  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' });

  assert.equal(status, 0, stderr);
});

test('health tells of storage and scanner, and a scanner that is away makes the whole degraded', async (t) => {
  const plain = await testApp(t);
  const away = await testApp(t, { environment: { CLAMAV_URL: 'tcp://127.0.0.1:9' } });
  const stateOf = async ({ http }: typeof plain) => {
    const { status, components } = (await http.inject('/health')).json();
    const part = (name: string) => components.find((component: { name: string }) => component.name === name)?.status;
    return [status, part('storage'), part('scan')];
  };

  assert.deepEqual(await stateOf(plain), ['healthy', 'healthy', 'healthy']);
  assert.deepEqual(await stateOf(away), ['degraded', 'healthy', 'unhealthy']);
  assert.equal((await away.http.inject('/health/ready')).statusCode, 200);
});
