/**
 * A node in a separate process, which can be frozen or killed. It sends a message when it has claimed an item, and
 * waits for one to continue.
 */
import { once } from 'node:events';
import { inProcessBus } from '#platform/events/in-process.ts';
import { openRabbit } from '#platform/events/rabbitmq/open.ts';
import { createLog } from '#platform/log/pino.ts';
import type { HolderOptions } from './process.ts';
import { openNode } from './stage.ts';

const options: HolderOptions = JSON.parse(process.env['HOLDER'] ?? '{}');
const { url, leaseMs, waits = false, broker } = options;

const node = await openNode({
  url,
  leaseMs,
  bus: broker ? openRabbit({ ...broker, shards: 4, components: [], log: createLog('silent') }) : inProcessBus,
  async before(ref) {
    if (!waits) return;
    process.send?.({ claimed: ref });
    await once(process, 'message');
  },
});
node.background.start();
process.send?.({ started: node.nodeId });
process.on('message', (message) => {
  if (message === 'end') void node.close().then(() => process.disconnect?.());
});
