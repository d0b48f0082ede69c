import { Router } from 'express';
import { notFound } from '#core/errors.ts';
import { formatsIn } from '#core/format.ts';
import { permission } from '#web/permission.ts';
import { sendDocument } from '#web/send-document.ts';
import { writeInterestPaper, writeNoDuesPaper } from './certificates-paper.ts';
import { interestPage, noDuesPage, notClosedPage, yearsPage } from './certificates.view.ts';
import { loanName } from './document-frame.ts';
import { placeOf, type DocumentSide } from './document-place.view.ts';
import { loanOf, queryOf, sides, type Asked, type DocumentRouteParts } from './document-request.routes.ts';
import { yearOf } from './documents.forms.ts';
import { yearsOf } from './documents.service.ts';

export function certificateRoutes(parts: DocumentRouteParts, side: DocumentSide): Router {
  const router = Router();
  const { path, may } = sides[side];
  const interest = `${path}/interest-certificate`;
  const noDues = `${path}/no-dues`;
  router.get(interest, permission(may), (req, res) => showInterest(parts, { side, req, res }));
  router.get(`${interest}.pdf`, permission(may), (req, res) => sendInterest(parts, { side, req, res }));
  router.get(noDues, permission(may), (req, res) => showNoDues(parts, { side, req, res }));
  router.get(`${noDues}.pdf`, permission(may), (req, res) => sendNoDues(parts, { side, req, res }));
  return router;
}

const certificateView = 'servicing/documents/certificate';

/** The certificate of the year that was asked for, and the years there are. */
async function interestOf(parts: DocumentRouteParts, on: Asked) {
  const { documents } = parts;
  const [loan, today] = await Promise.all([loanOf(parts, on), documents.today()]);
  const years = yearsOf(loan, today);
  const year = yearOf(on.req.query, years);
  const certificate = year === undefined ? undefined : await documents.interestCertificate(queryOf(on), year);
  return { loan, years, certificate, formats: formatsIn(loan.currency, parts.formats) };
}

async function showInterest(parts: DocumentRouteParts, on: Asked): Promise<void> {
  const { loan, years, certificate, formats } = await interestOf(parts, on);
  const place = placeOf(loan, on.side);
  if (certificate) {
    await parts.pages.show(on.res, {
      view: certificateView,
      model: interestPage(certificate, { place, years, formats }),
    });
    return;
  }
  const model = yearsPage({ place, years, about: loanName(loan) });
  await parts.pages.show(on.res, { view: certificateView, model, status: 422 });
}

async function sendInterest(parts: DocumentRouteParts, on: Asked): Promise<void> {
  const { loan, certificate, formats } = await interestOf(parts, on);
  if (!certificate) {
    // The page says which years there are.
    on.res.redirect(303, `${placeOf(loan, on.side).href}/interest-certificate?year=none`);
    return;
  }
  const name = `interest-certificate-${certificate.year}.pdf`;
  await sendDocument(on.res, { name, type: 'pdf' }, () => writeInterestPaper(on.res, certificate, formats));
}

async function showNoDues(parts: DocumentRouteParts, on: Asked): Promise<void> {
  const found = await parts.documents.noDues(queryOf(on));
  if (!found) throw notFound('Loan');
  const { loan } = found.ok ? found.value : found.refusal;
  const place = placeOf(loan, on.side);
  const formats = formatsIn(loan.currency, parts.formats);
  if (found.ok) {
    await parts.pages.show(on.res, { view: certificateView, model: noDuesPage(found.value, { place, formats }) });
    return;
  }
  const model = notClosedPage(loanName(loan), { place, state: loan.state });
  await parts.pages.show(on.res, { view: certificateView, model, status: 409 });
}

async function sendNoDues(parts: DocumentRouteParts, on: Asked): Promise<void> {
  const found = await parts.documents.noDues(queryOf(on));
  if (!found) throw notFound('Loan');
  if (!found.ok) {
    // The page says why there is none.
    on.res.redirect(303, `${placeOf(found.refusal.loan, on.side).href}/no-dues`);
    return;
  }
  const certificate = found.value;
  const formats = formatsIn(certificate.loan.currency, parts.formats);
  await sendDocument(on.res, { name: 'certificate-of-no-dues.pdf', type: 'pdf' }, () =>
    writeNoDuesPaper(on.res, certificate, formats),
  );
}
