/** A node in a process of its own, which can be frozen. It says when it has claimed, and goes on when it is told to. */
import { once } from 'node:events';
import { openNode } from './stage.ts';

const { NODE_URL: url = '', NODE_LEASE_MS: lease, NODE_WAITS: waits } = process.env;

const node = await openNode({
  url,
  leaseMs: Number(lease),
  async before(ref) {
    if (waits !== '1') return;
    process.send?.({ claimed: ref });
    await once(process, 'message');
  },
});
node.background.start();
process.send?.({ started: node.nodeId });
process.on('message', (message) => {
  if (message === 'end') void node.close().then(() => process.disconnect?.());
});
