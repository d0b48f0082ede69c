import type { Visitor } from '#test/portal.ts';

export type Watched = Pick<Visitor, 'get' | 'post' | 'upload'>;
interface Answer {
  headers: Record<string, unknown>;
  text?: string;
}

/** What browsers came across: every address they went to, were sent to and were shown, and what the pages said. */
export interface Seen {
  urls: string[];
  pages: string[];
}

export function watched(visitor: Visitor, { urls, pages }: Seen): Watched {
  const keep = <A extends Answer>(path: string, answer: A): A => {
    const { location } = answer.headers;
    const shown = [...(answer.text ?? '').matchAll(/(?:href|action|src)="(\/[^"]*)"/g)].map(
      ([, address]) => address ?? '',
    );
    urls.push(path, ...(typeof location === 'string' ? [location] : []), ...shown);
    if (answer.text) pages.push(answer.text);
    return answer;
  };
  return {
    get: async (path) => keep(path, await visitor.get(path)),
    post: async (path, fields, options) => keep(path, await visitor.post(path, fields, options)),
    upload: async (path, file, options) => keep(path, await visitor.upload(path, file, options)),
  };
}
