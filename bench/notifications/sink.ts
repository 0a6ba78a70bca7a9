/** A mail server in a separate process that accepts every mail, and sends its parent the recipient of each. */
import { SMTPServer } from 'smtp-server';
import type { AddressInfo } from 'node:net';

const server = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS'],
  onData(stream, { envelope }, callback) {
    stream.resume();
    stream.on('end', () => {
      process.send?.({ arrived: envelope.rcptTo[0]?.address });
      callback(null);
    });
  },
});
server.on('error', () => {}); // the parent has ended
server.listen(0, '127.0.0.1', () => {
  process.send?.({ url: `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}` });
});
process.on('disconnect', () => process.exit());
