import type { Writable } from 'node:stream';
import type { Formats } from '#core/format.ts';
import { writePaper } from '#platform/documents/paper.ts';
import {
  interestFigures,
  interestItems,
  interestSentence,
  interestTitle,
  noDuesItems,
  noDuesSentence,
  noDuesTitle,
} from './certificates.view.ts';
import { paperOf } from './document-frame.ts';
import type { InterestCertificate, NoDues } from './documents.service.ts';

const madeByMachine = 'This document was made by a machine and is valid without a signature.';

export async function writeInterestPaper(
  out: Writable,
  certificate: InterestCertificate,
  formats: Formats,
): Promise<void> {
  const blocks = [
    { kind: 'text' as const, text: interestSentence(certificate, formats) },
    { kind: 'figures' as const, items: interestFigures(certificate, formats) },
    { kind: 'facts' as const, items: interestItems(certificate, formats) },
    { kind: 'text' as const, text: madeByMachine },
  ];
  await writePaper(out, paperOf(certificate, { title: interestTitle(certificate.year), blocks, formats }));
}

export async function writeNoDuesPaper(out: Writable, certificate: NoDues, formats: Formats): Promise<void> {
  const blocks = [
    { kind: 'text' as const, text: noDuesSentence(certificate, formats) },
    { kind: 'facts' as const, items: noDuesItems(certificate, formats) },
    { kind: 'text' as const, text: madeByMachine },
  ];
  const about = `Reference ${certificate.reference}`;
  await writePaper(out, paperOf(certificate, { title: noDuesTitle, about, blocks, formats }));
}
