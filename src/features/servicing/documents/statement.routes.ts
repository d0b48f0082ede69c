import { Router } from 'express';
import { dateText, type Period } from '#core/calendar.ts';
import { notFound } from '#core/errors.ts';
import { formatsIn } from '#core/format.ts';
import { pageNumber } from '#web/paging.ts';
import { permission } from '#web/permission.ts';
import { sendDocument } from '#web/send-document.ts';
import { statementQuery, type StatementQuery } from '#web/statement-period.ts';
import { placeOf, type DocumentSide } from './document-place.view.ts';
import { loanOf, queryOf, sides, type Asked, type DocumentRouteParts } from './document-request.routes.ts';
import { writeStatementCsv } from './statement-csv.ts';
import { writeStatementPaper } from './statement-paper.ts';
import { statementPage } from './statement.view.ts';

export function statementRoutes(parts: DocumentRouteParts, side: DocumentSide): Router {
  const router = Router();
  const { path, may } = sides[side];
  router.get(`${path}/statement`, permission(may), (req, res) => showStatement(parts, { side, req, res }));
  router.get(`${path}/statement.pdf`, permission(may), (req, res) =>
    sendStatement(parts, { side, req, res, as: 'pdf' }),
  );
  router.get(`${path}/statement.csv`, permission(may), (req, res) =>
    sendStatement(parts, { side, req, res, as: 'csv' }),
  );
  return router;
}

async function askedOf({ documents }: DocumentRouteParts, { req }: Asked) {
  const today = await documents.today();
  return { today, asked: statementQuery(req.query, today) };
}

async function documentOf({ documents }: DocumentRouteParts, asked: Asked, period: Period) {
  const document = await documents.statement(queryOf(asked), period);
  if (!document) throw notFound('Loan');
  return document;
}

async function showStatement(parts: DocumentRouteParts, on: Asked): Promise<void> {
  const { pages } = parts;
  const [loan, { today, asked }] = await Promise.all([loanOf(parts, on), askedOf(parts, on)]);
  const place = placeOf(loan, on.side);
  const shown = asked.period && { ...(await documentOf(parts, on, asked.period)), page: pageNumber(on.req.query) };
  const model = statementPage({ loan, place, asked, today, shown, formats: formatsIn(loan.currency, parts.formats) });
  const page = { view: 'servicing/documents/statement', model };
  await (shown ? pages.show(on.res, page) : pages.invalid(on.res, page));
}

const writers = { pdf: writeStatementPaper, csv: writeStatementCsv } as const;

async function sendStatement(parts: DocumentRouteParts, on: Asked & { as: keyof typeof writers }): Promise<void> {
  const { res, as } = on;
  const [loan, { asked }] = await Promise.all([loanOf(parts, on), askedOf(parts, on)]);
  if (!asked.period) {
    // The page says what is wrong with the period.
    const given = new URLSearchParams(asked.form.values).toString();
    res.redirect(303, `${placeOf(loan, on.side).href}/statement?${given}`);
    return;
  }
  const document = await documentOf(parts, on, asked.period);
  const name = `loan-statement-${periodName(asked, asked.period)}.${as}`;
  await sendDocument(res, { name, type: as }, () =>
    writers[as](res, document, formatsIn(loan.currency, parts.formats)),
  );
}

function periodName({ month }: StatementQuery, { from, to }: Period): string {
  return month ?? `${dateText(from)}-to-${dateText(to)}`;
}
