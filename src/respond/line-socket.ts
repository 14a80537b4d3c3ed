/** Lines out of a socket, with a bound on how long one may be. */
import type { Socket } from 'node:net';

/** Calls `line` for each whole line; destroys the socket where one is longer than `longest` bytes. */
export function readLines(socket: Socket, longest: number, line: (text: string) => void): void {
  let parts: Buffer[] = [];
  let held = 0;
  socket.on('data', (chunk: Buffer) => {
    let from = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
      parts.push(chunk.subarray(from, end));
      const text = Buffer.concat(parts).toString('utf8');
      parts = [];
      held = 0;
      from = end + 1;
      line(text);
    }
    if (from < chunk.length) {
      parts.push(chunk.subarray(from));
      held += chunk.length - from;
      if (held > longest) socket.destroy(new Error('a line without end'));
    }
  });
}
