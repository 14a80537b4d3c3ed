/** The firewalls that a configuration names. */
import { Trouble } from '../model/error.ts';
import type { Backend } from '../respond/backends/backend.ts';
import { DEFAULT_NFTABLES, nftables } from '../respond/backends/nftables.ts';
import { nullBackend } from '../respond/backends/null.ts';
import { textFile } from '../respond/backends/text-file.ts';
import type { BlockConfiguration } from './schema-block.ts';

/** Throws `Trouble` `bad-config` for one that cannot be. */
export function backendsOf(block: BlockConfiguration): readonly Backend[] {
  return block.with.map((name): Backend => {
    switch (name) {
      case 'nftables': {
        const { table, ports } = block.nftables;
        return nftables({ ...DEFAULT_NFTABLES, table: table ?? DEFAULT_NFTABLES.table, ports: ports ?? [] });
      }
      case 'file':
        return textFile({ path: block.file!.path });
      case 'null':
        return nullBackend();
      default:
        throw new Trouble(
          'bad-config',
          `block.with: ${name} is not there yet`,
          'Name nftables, file or null.',
        );
    }
  });
}
