import { counted } from '#core/format.ts';
import type { OfficerFile } from './file.service.ts';

type Kind = 'warn' | 'danger';

/** What a decision has to know before anything else, what stands in its way first. */
export function warningsOf({ checks, application, decidable }: OfficerFile) {
  if (!decidable.ok) return [];
  const { unverified, kycRejected, kycOpen, incomplete } = checks;
  const rejected = about(kycRejected, (names) => `${names.join(', ')}. The loan cannot be approved.`);
  const unfinished = about(incomplete, (names) => `${names.join(', ')}. It cannot be approved before.`);
  const papers = about(
    unverified,
    (names) => `${names.join('; ')}. You can approve; nothing is paid out before they are.`,
  );
  const identity = about(
    kycOpen,
    (names) => `${names.join(', ')}. You can approve; nothing is paid out before the check is done.`,
  );
  const lone = about(
    checks.guarantor === 'missing' ? [application._id] : [],
    () =>
      'This loan needs a guarantor and nobody is one any more. Give the application back, so that the borrower can invite somebody; it cannot be approved before.',
  );
  const contested = about(
    application.contest ? [application._id] : [],
    () => 'Read what they wrote. This decision is final.',
  );
  return [
    ...rejected({ kind: 'danger', title: 'An identity check was rejected', href: '#h-file-kyc' }),
    ...unfinished({ kind: 'warn', title: 'Not everybody has finished', href: '#h-file-people' }),
    ...lone({ kind: 'danger', title: 'The guarantor is missing', href: '#h-file-people' }),
    ...papers({ kind: 'warn', title: `${counted(unverified.length, 'document')} to verify`, href: '#h-documents' }),
    ...identity({ kind: 'warn', title: 'Identity is not checked yet', href: '#h-file-kyc' }),
    ...contested({ kind: 'warn', title: 'The borrower contests a decision', href: '#contest' }),
  ];
}

/** A warning about these names, or none where there are none. */
function about(names: readonly string[], say: (names: readonly string[]) => string) {
  return ({ kind, title, href }: { kind: Kind; title: string; href: string }) =>
    names.length === 0 ? [] : [{ kind, title, text: say(names), link: { href, text: 'Look' } }];
}
