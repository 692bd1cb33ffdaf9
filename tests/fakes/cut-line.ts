import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { Transform } from 'node:stream';

/**
 * A line to a server that can be cut: every connection through it breaks at once. While it is down, no new one comes
 * about, as when the server is away. While it is held, what is sent gets no further.
 */
export async function cutLine(to: string) {
  const target = new URL(to);
  const sockets = new Set<Socket>();
  const counted = { bytes: 0, cuts: 0 };
  let isDown = false;
  let held = Promise.withResolvers<void>();
  held.resolve();
  const line = createServer((near) => {
    if (isDown) return void near.resetAndDestroy();
    const far = connect(Number(target.port), target.hostname);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    near.on('data', (chunk) => (counted.bytes += chunk.length));
    const gate = new Transform({
      transform: (chunk, _encoding, pass) => void held.promise.then(() => pass(null, chunk)),
    });
    near.pipe(gate).pipe(far).pipe(near);
  });
  await new Promise<void>((resolve) => line.listen(0, '127.0.0.1', resolve));
  const cut = () => {
    counted.cuts++;
    for (const socket of sockets) socket.resetAndDestroy();
  };
  return {
    origin: `http://127.0.0.1:${(line.address() as AddressInfo).port}`,
    counted,
    cut,
    hold() {
      held = Promise.withResolvers<void>();
    },
    release() {
      held.resolve();
    },
    down() {
      isDown = true;
      cut();
    },
    up() {
      isDown = false;
    },
    close: () =>
      new Promise<void>((resolve) => {
        cut();
        line.close(() => resolve());
      }),
  };
}
