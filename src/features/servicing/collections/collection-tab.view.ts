import { formatsIn, type Formats } from '#core/format.ts';
import { paths } from '#web/paths.ts';
import { historyOf } from './case.view.ts';
import type { CollectionFile } from './file.service.ts';

/** What a loan's page shows of the desk: the last of each, and the way there. */
export function collectionTab(found: CollectionFile, bank: Formats) {
  const formats = formatsIn(found.loan.currency, bank);
  const { collector } = found.file;
  return {
    ...historyOf(found, { formats, mayWork: false }),
    text: collector === null ? 'Nobody looks after this loan.' : `${collector.name} looks after this loan.`,
    link: { href: paths.collection(found.loan._id), text: 'Open it on the collections desk' },
  };
}
