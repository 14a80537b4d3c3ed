/**
 * A network between a sensor and its collector as bad as networks get: connections that are cut before or after what they carry has
 * arrived, answers that never come back, answers of somebody else (500), silence. What befalls a connection is chosen by `chance`.
 */
import { connect, createServer, type Server, type Socket } from 'node:net';

export type Fate = 'well' | 'refused' | 'cut early' | 'answer lost' | 'status 500' | 'slow' | 'silent';

export interface HostileProxy {
  readonly port: number;
  /** How often each befell. */
  readonly fates: ReadonlyMap<Fate, number>;
  close(): Promise<void>;
}

export async function hostileProxy(to: number, fate: () => Fate): Promise<HostileProxy> {
  const fates = new Map<Fate, number>();
  const sockets = new Set<Socket>();
  const server: Server = createServer((near) => {
    const chosen = fate();
    fates.set(chosen, (fates.get(chosen) ?? 0) + 1);
    sockets.add(near);
    near.on('close', () => sockets.delete(near));
    near.on('error', () => {});
    if (chosen === 'refused') {
      near.destroy();
      return;
    }
    if (chosen === 'silent') {
      setTimeout(() => near.destroy(), 1500);
      return;
    }
    if (chosen === 'status 500') {
      near.once('data', () => near.end('HTTP/1.1 500 No\r\ncontent-length: 0\r\nconnection: close\r\n\r\n'));
      return;
    }
    const far = connect(to, '127.0.0.1');
    sockets.add(far);
    far.on('close', () => {
      sockets.delete(far);
      near.destroy();
    });
    far.on('error', () => near.destroy());
    near.on('close', () => far.destroy());
    let bytes = 0;
    near.on('data', (piece: Buffer) => {
      bytes += piece.length;
      if (chosen === 'cut early' && bytes > 300) {
        far.write(piece.subarray(0, Math.floor(piece.length / 2)));
        near.destroy();
        return;
      }
      if (chosen === 'slow') setTimeout(() => far.writable && far.write(piece), 200);
      else far.write(piece);
    });
    far.on('data', (piece: Buffer) => {
      // it has arrived, and nobody is told
      if (chosen === 'answer lost') near.destroy();
      else near.write(piece);
    });
    // a connection that is kept must not keep its fate for ever
    setTimeout(() => near.destroy(), 2500).unref();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return {
    port: address.port,
    fates,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
