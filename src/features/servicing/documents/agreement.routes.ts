import { Router } from 'express';
import { notFound } from '#core/errors.ts';
import { formatsIn } from '#core/format.ts';
import { keyFacts } from '#features/loans/index.ts';
import { permission } from '#web/permission.ts';
import { sendDocument } from '#web/send-document.ts';
import { writeAgreementPaper, writeKeyFactsPaper } from './agreement-paper.ts';
import { loanName } from './document-frame.ts';
import { placeOf, type DocumentSide } from './document-place.view.ts';
import { queryOf, sides, type Asked, type DocumentRouteParts } from './document-request.routes.ts';

export function agreementRoutes(parts: DocumentRouteParts, side: DocumentSide): Router {
  const router = Router();
  const { path, may } = sides[side];
  router.get(`${path}/key-facts`, permission(may), (req, res) => showKeyFacts(parts, { side, req, res }));
  router.get(`${path}/key-facts.pdf`, permission(may), (req, res) =>
    sendPaper(parts, { side, req, res, kind: 'key-facts' }),
  );
  router.get(`${path}/agreement.pdf`, permission(may), (req, res) =>
    sendPaper(parts, { side, req, res, kind: 'agreement' }),
  );
  return router;
}

async function agreementOf({ documents }: DocumentRouteParts, on: Asked, kind: 'key-facts' | 'agreement') {
  const agreement = await documents.agreement(queryOf(on), kind);
  if (!agreement) throw notFound('Agreement');
  return agreement;
}

async function showKeyFacts(parts: DocumentRouteParts, on: Asked): Promise<void> {
  const { loan, facts } = await agreementOf(parts, on, 'key-facts');
  const place = placeOf(loan, on.side);
  const model = keyFacts.page(facts, {
    crumbs: [...place.crumbs, { text: 'Key facts' }],
    about: loanName(loan),
    note: 'As it was agreed. Your payments and later changes are on the loan’s own page.',
    pdf: `${place.href}/key-facts.pdf`,
    back: place.back,
    formats: formatsIn(loan.currency, parts.formats),
  });
  await parts.pages.show(on.res, { view: 'loans/key-facts', model });
}

const writers = { 'key-facts': writeKeyFactsPaper, agreement: writeAgreementPaper } as const;
const names = { 'key-facts': 'key-facts.pdf', agreement: 'loan-agreement.pdf' } as const;

async function sendPaper(parts: DocumentRouteParts, on: Asked & { kind: keyof typeof writers }): Promise<void> {
  const { kind, res } = on;
  const agreement = await agreementOf(parts, on, kind);
  const formats = formatsIn(agreement.loan.currency, parts.formats);
  await sendDocument(res, { name: names[kind], type: 'pdf' }, () => writers[kind](res, agreement, formats));
}
