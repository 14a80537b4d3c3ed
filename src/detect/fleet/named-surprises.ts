/**
 * Surprises with their names in the one order that all shares and workers agree on: by tick, then class, then name. Where
 * tick, class and name fit into one number of 53 bits, which is up to a hundred million visits of four million names, that
 * number is sorted: ten times as fast as a comparison of three.
 */
export interface NamedSurprises {
  readonly tick: Uint32Array;
  /** 0 to 15. */
  readonly class: Uint8Array;
  readonly name: Uint32Array;
}

const CLASSES = 16;

/** The same surprises in order. */
export function inOneOrder({ tick, class: classes, name }: NamedSurprises): NamedSurprises {
  let lastTick = 0;
  let names = 1;
  for (let i = 0; i < tick.length; i++) {
    if (tick[i]! > lastTick) lastTick = tick[i]!;
    if (name[i]! >= names) names = name[i]! + 1;
  }
  if ((lastTick + 1) * CLASSES * names > Number.MAX_SAFE_INTEGER)
    return compared({ tick, class: classes, name });
  const all = new Float64Array(tick.length);
  for (let i = 0; i < all.length; i++) all[i] = (tick[i]! * CLASSES + classes[i]!) * names + name[i]!;
  all.sort();
  const sorted = {
    tick: new Uint32Array(all.length),
    class: new Uint8Array(all.length),
    name: new Uint32Array(all.length),
  };
  for (let i = 0; i < all.length; i++) {
    const both = Math.floor(all[i]! / names);
    sorted.tick[i] = Math.floor(both / CLASSES);
    sorted.class[i] = both % CLASSES;
    sorted.name[i] = all[i]! - both * names;
  }
  return sorted;
}

/** The same by comparison, whatever the numbers. */
export function compared({ tick, class: classes, name }: NamedSurprises): NamedSurprises {
  const order = new Uint32Array(tick.length);
  for (let i = 0; i < order.length; i++) order[i] = i;
  order.sort((a, b) => tick[a]! - tick[b]! || classes[a]! - classes[b]! || name[a]! - name[b]!);
  const sorted = {
    tick: new Uint32Array(order.length),
    class: new Uint8Array(order.length),
    name: new Uint32Array(order.length),
  };
  for (let i = 0; i < order.length; i++) {
    sorted.tick[i] = tick[order[i]!]!;
    sorted.class[i] = classes[order[i]!]!;
    sorted.name[i] = name[order[i]!]!;
  }
  return sorted;
}
