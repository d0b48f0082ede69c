import { FileRefused, type FileFault } from './refusal.ts';

/** Names of a PDF (ISO 32000-2) that a document of a customer has no need of, and what is wrong with each. */
const names: Readonly<Record<string, FileFault>> = {
  JavaScript: 'active',
  Launch: 'active',
  RichMedia: 'active',
  XFA: 'active',
  EmbeddedFile: 'carries-files',
  EmbeddedFiles: 'carries-files',
  Encrypt: 'protected',
};
const named = new RegExp(`/(${Object.keys(names).join('|')})[\\s\\0/<>\\[\\](){}%]`);
/** A name may be written with any of its letters as #xx (7.3.5). */
const plain = (text: string) =>
  text.replace(/#([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
/** The longest of the names with every letter written that way. */
const carryBytes = 64;

/** Looks for such names in text that comes in pieces; throws at the first. */
export function createNameWatch(): (bytes: Buffer) => void {
  let carried = '';
  return (bytes) => {
    const text = carried + bytes.toString('latin1');
    const found = named.exec(plain(text))?.[1];
    const fault = found === undefined ? undefined : names[found];
    if (fault) throw new FileRefused(fault);
    carried = text.slice(-carryBytes);
  };
}
