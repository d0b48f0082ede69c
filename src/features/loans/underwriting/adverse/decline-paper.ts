import type { Writable } from 'node:stream';
import type { Formats } from '#core/format.ts';
import { writePaper } from '#platform/documents/paper.ts';

/** The notice of a decline on paper. */
export async function writeDecline(
  out: Writable,
  paper: {
    title: string;
    about: string;
    sections: readonly {
      title: string;
      texts: readonly string[];
      items?: readonly { label: string; value: string }[];
    }[];
    madeAt: Date;
    formats: Formats;
  },
): Promise<void> {
  const { title, about, sections, madeAt, formats } = paper;
  await writePaper(out, {
    ...{ title, about, madeAt },
    subject: 'Notice of a decision on an application',
    lang: formats.locale,
    foot: `Made on ${formats.instant(madeAt)}`,
    blocks: sections.flatMap((section) => [
      { kind: 'heading' as const, text: section.title },
      ...section.texts.map((text) => ({ kind: 'text' as const, text })),
      ...(section.items ? [{ kind: 'facts' as const, items: section.items }] : []),
    ]),
  });
}
