/**
 * The compiled byte machine (parse/fast/), where there is one and the processor can run it. Where not, the readable
 * path reads everything, to the same table.
 */
import { randomBytes } from 'node:crypto';
import { part } from '../built/parts.ts';
import type { AttemptTableBuilder } from '../model/table.ts';
import { FastParser, type SecondThread } from '../parse/fast/fast-parser.ts';
import type { MachineModule } from '../parse/fast/machine.ts';
import type { ParseOptions } from '../parse/log-parser.ts';

/** What `WebAssembly` has that is used here; its types come with those of browsers only. */
interface Compiler {
  readonly Module: new (bytes: Uint8Array) => MachineModule;
  validate(bytes: Uint8Array): boolean;
}

let compiled: MachineModule | null | undefined;

/** The module; null where it was not built, or needs instructions that this processor or Node has not. */
export function byteMachine(): MachineModule | null {
  compiled ??= load();
  return compiled;
}

function load(): MachineModule | null {
  const { WebAssembly } = globalThis as unknown as { readonly WebAssembly?: Compiler };
  const bytes = part('parse/fast/machine.wasm');
  return bytes !== null && WebAssembly?.validate(bytes) === true ? new WebAssembly.Module(bytes) : null;
}

/**
 * A parser that takes bytes, with a second thread or without; null where the byte machine cannot be had, or is not made for
 * the user's own forms.
 */
export function createFastParser(
  options: ParseOptions,
  builder: AttemptTableBuilder,
  texts: { readonly onText: (text: string) => void; readonly textLines: number },
  second: SecondThread | null = null,
): FastParser | null {
  const module = byteMachine();
  if (module === null || !FastParser.reads(options.services)) return null;
  const seed = randomBytes(16);
  return new FastParser(
    {
      ...options,
      ...texts,
      module,
      seed: [seed.readBigUInt64LE(0), seed.readBigUInt64LE(8)],
      second,
    },
    builder,
  );
}
