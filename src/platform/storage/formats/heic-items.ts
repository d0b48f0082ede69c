import { blankBox, boxesIn, numbersOf, type Box } from './boxes.ts';
import { judgePixels } from './pixels.ts';
import { FileRefused } from './refusal.ts';

/** Bytes of the file that are part of a picture. */
export interface Range {
  from: number;
  to: number;
}

/** Coded pictures and what puts pictures together (ISO/IEC 23008-12); Exif, XMP and any other item are none. */
const pictureItems: readonly string[] = ['hvc1', 'hev1', 'lhv1', 'grid', 'iovl', 'iden', 'tmap'];
const keptChildren: readonly string[] = ['hdlr', 'pitm', 'iloc', 'iinf', 'iprp', 'iref', 'idat', 'dinf', 'grpl'];
const keptProperties: readonly string[] = [
  ...['ispe', 'hvcC', 'lhvC', 'colr', 'pixi', 'pasp', 'irot', 'imir', 'clap', 'auxC', 'clli', 'mdcv', 'rloc', 'amve'],
];
const mostExtents = 20_000;

/**
 * Reads the `meta` box of a HEIC (whole, with its header) and blanks in it what is no picture. Gives the ranges of the
 * file that pictures are made of, in order.
 */
export function cleanMeta(meta: Buffer): Range[] {
  const children = boxesIn(meta, { from: 12, to: meta.length });
  const one = (type: string): Box | undefined => {
    const found = children.filter((box) => box.type === type);
    if (found.length > 1) throw new FileRefused('damaged');
    return found[0];
  };
  const [items, places, properties, data] = [one('iinf'), one('iloc'), one('iprp'), one('idat')];
  if (!items || !places || !properties) throw new FileRefused('damaged');
  for (const child of children) if (!keptChildren.includes(child.type)) blankBox(meta, child);
  cleanProperties(meta, properties);
  const pictures = pictureIds(meta, items);
  if (pictures.size === 0) throw new FileRefused('damaged');
  const extents = extentsOf(meta, places).filter(({ item }) => pictures.has(item));
  if (data) blankOutside(meta.subarray(data.from, data.to), { at: 0, ranges: joined(extents, 'idat') });
  return joined(extents, 'file');
}

/** Blanks what of `bytes`, which stand at `at`, lies in none of the ranges. */
export function blankOutside(bytes: Buffer, { at, ranges }: { at: number; ranges: readonly Range[] }): void {
  let clear = at;
  const end = at + bytes.length;
  for (const range of ranges) {
    if (range.to <= clear) continue;
    if (range.from >= end) break;
    if (range.from > clear) bytes.fill(0, clear - at, range.from - at);
    clear = range.to;
  }
  if (clear < end) bytes.fill(0, clear - at);
}

function cleanProperties(meta: Buffer, properties: Box): void {
  let sizes = 0;
  for (const container of boxesIn(meta, properties).filter(({ type }) => type === 'ipco')) {
    for (const property of boxesIn(meta, container)) {
      if (!keptProperties.includes(property.type)) blankBox(meta, property);
      if (property.type !== 'ispe') continue;
      const numbers = numbersOf(meta, property);
      numbers.next(4);
      judgePixels({ width: numbers.next(4), height: numbers.next(4) });
      sizes += 1;
    }
  }
  if (sizes === 0) throw new FileRefused('damaged');
}

function pictureIds(meta: Buffer, items: Box): Set<number> {
  const version = meta.readUInt8(items.from);
  const first = items.from + 4 + (version === 0 ? 2 : 4);
  const pictures = new Set<number>();
  for (const entry of boxesIn(meta, { from: first, to: items.to })) {
    const numbers = numbersOf(meta, entry);
    const entryVersion = numbers.next(4) >>> 24;
    // Older entries do not say what their item is.
    if (entry.type !== 'infe' || (entryVersion !== 2 && entryVersion !== 3)) throw new FileRefused('damaged');
    const id = numbers.next(entryVersion === 2 ? 2 : 4);
    numbers.next(2);
    const at = numbers.at();
    if (pictureItems.includes(meta.toString('latin1', at, Math.min(at + 4, entry.to)))) pictures.add(id);
  }
  return pictures;
}

interface Extent extends Range {
  item: number;
  in: 'file' | 'idat';
}

function extentsOf(meta: Buffer, places: Box): Extent[] {
  const numbers = numbersOf(meta, places);
  const version = numbers.next(4) >>> 24;
  const [sizes, more] = [numbers.next(1), numbers.next(1)];
  const size = { offset: sizes >> 4, length: sizes & 15, base: more >> 4, index: version === 0 ? 0 : more & 15 };
  const count = numbers.next(version < 2 ? 2 : 4);
  const extents: Extent[] = [];
  for (let n = 0; n < count; n += 1) {
    const item = numbers.next(version < 2 ? 2 : 4);
    const method = version === 0 ? 0 : numbers.next(2) & 15;
    const elsewhere = numbers.next(2);
    const base = numbers.next(size.base);
    const parts = numbers.next(2);
    // In another file, or counted from another item: cameras write neither.
    if (elsewhere !== 0 || method > 1) throw new FileRefused('damaged');
    for (let part = 0; part < parts; part += 1) {
      numbers.next(size.index);
      const from = base + numbers.next(size.offset);
      extents.push({ item, in: method === 0 ? 'file' : 'idat', from, to: from + numbers.next(size.length) });
    }
    if (extents.length > mostExtents) throw new FileRefused('damaged');
  }
  return extents;
}

function joined(extents: readonly Extent[], where: Extent['in']): Range[] {
  return extents
    .filter((extent) => extent.in === where && extent.to > extent.from)
    .map(({ from, to }) => ({ from, to }))
    .sort((a, b) => a.from - b.from);
}
