/** The ends that sshd puts behind its messages, as the last bytes of a vector and their mask. */

export const PREAUTH: usize = memory.data(32);
export const POSTAUTH: usize = memory.data(32);

function put(at: usize, text: string): void {
  for (let i = 0; i < text.length; i++) {
    store<u8>(at + 16 - text.length + i, <u8>text.charCodeAt(i));
    store<u8>(at + 32 - text.length + i, 255);
  }
}

export function beginWords(): void {
  put(PREAUTH, ' [preauth]');
  put(POSTAUTH, ' [postauth]');
}
