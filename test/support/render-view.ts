import { join } from 'node:path';
import ejs from 'ejs';

export const viewsDir = join(import.meta.dirname, '../../views');

/** What `web/render` gives to every page, for a signed-in borrower; a test overrides what it is about. */
export const frame = {
  csrf: 'token-1',
  nonce: 'nonce-1',
  lang: 'en-US',
  businessDate: '17 March 2026',
  currency: 'USD',
  signedIn: true,
  userName: 'Borrower 1042',
  unread: 2,
  nav: [{ href: '/dashboard', text: 'Home', icon: 'home', current: true }],
  bottomNav: [{ href: '/loans', text: 'Loans', icon: 'loans', current: false }],
  flash: [] as { kind: string; text: string }[],
  plainHttp: false,
  demo: true,
};

/** A view by its path under `views`, with the locals given and nothing else. */
export function renderView(view: string, locals: object): Promise<string> {
  return ejs.renderFile(join(viewsDir, `${view}.ejs`), locals, { root: viewsDir });
}

export function renderComponent(name: string, parameters: object): Promise<string> {
  return renderView(`components/${name}`, { m: {}, ui: frame, ...parameters });
}

/** The attributes of the element with this id, as they stand in the markup. */
export function attributesOf(html: string, id: string): Record<string, string> {
  const tag = [...html.matchAll(/<[a-z][^>]*>/g)].map(([text]) => text).find((text) => text.includes(` id="${id}"`));
  if (tag === undefined) throw new Error(`Nothing has the id ${id}`);
  const attributes = [...tag.matchAll(/\s([\w-]+)(?:="([^"]*)")?/g)];
  return Object.fromEntries(attributes.map(([, name = '', value = '']): [string, string] => [name, value]));
}

export function idsOf(html: string): string[] {
  return [...html.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id ?? '');
}

/**
 * The unescaped outputs of a view that are neither an include nor, where the file is a slot, `body`.
 * What is handed to a slot must be made of includes too: it is printed as it comes.
 */
export function unescapedOutputs(source: string, file: 'slot' | 'plain'): string[] {
  const outputs = [...source.matchAll(/<%-([\s\S]*?)[-_]?%>/g)].map(([, code]) => (code ?? '').trim());
  const slots = [...source.matchAll(/\bbody:\s*/g)].map((match) => valueAt(source, match.index + match[0].length));
  return [
    ...outputs.filter((code) => !(file === 'slot' && code === 'body') && !isIncludes(code)),
    ...slots.filter((code) => !isIncludes(code)),
  ];
}

/** Includes, added to each other, possibly chosen by a condition. */
function isIncludes(code: string): boolean {
  const some = String.raw`(?:I|'')(?:\s*\+\s*(?:I|''))*`;
  return new RegExp(String.raw`^(?:[\w.!=<>&|\s?]*\?\s*${some}\s*:\s*)?${some}$`).test(withoutIncludes(code).trim());
}

function withoutIncludes(code: string): string {
  const start = code.indexOf('include(');
  if (start === -1) return code;
  const open = start + 'include('.length;
  return `${code.slice(0, start)}I${withoutIncludes(code.slice(open + valueAt(code, open, '').length + 1))}`;
}

/** The expression that begins here, up to the bracket that closes around it (or the comma after it). */
function valueAt(code: string, start: number, separator = ','): string {
  let depth = 0;
  let quote = '';
  for (let at = start; at < code.length; at += 1) {
    const sign = code.charAt(at);
    if (quote !== '') {
      if (sign === quote) quote = '';
    } else if (`'"\``.includes(sign)) quote = sign;
    else if ('([{'.includes(sign)) depth += 1;
    else if (depth === 0 && (')]}'.includes(sign) || sign === separator)) return code.slice(start, at);
    else if (')]}'.includes(sign)) depth -= 1;
  }
  return code.slice(start);
}
