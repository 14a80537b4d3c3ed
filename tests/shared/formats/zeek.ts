/** Zeek's ssh.log: the columns `id.orig_h` and `auth_success` (T, F or -) are its verdict; `-` is no verdict. */
import { type ExpectedLine, filesIn, type LineSet, linesOf } from './line-set.ts';

export function zeekSets(): LineSet[] {
  return filesIn('zeek').map((file) => {
    let fields: string[] = [];
    const lines = linesOf('zeek', file).map((text): ExpectedLine => {
      if (text.startsWith('#fields\t')) fields = text.slice('#fields\t'.length).split('\t');
      else if (text.startsWith('ts\t')) fields = text.split('\t');
      const values = text.split('\t');
      const source = values[fields.indexOf('id.orig_h')];
      const success = values[fields.indexOf('auth_success')];
      if (text.startsWith('#') || source === undefined || (success !== 'T' && success !== 'F'))
        return { text, expected: null };
      return { text, expected: { outcome: success === 'T' ? 'success' : 'failure', source } };
    });
    return {
      project: 'Zeek',
      name: file.split('/')[0]!.replace('scripts.base.protocols.ssh.', 'ssh.'),
      lines,
    };
  });
}
