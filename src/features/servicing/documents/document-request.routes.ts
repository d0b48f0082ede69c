import type { Request, Response } from 'express';
import { notFound } from '#core/errors.ts';
import type { Formats } from '#core/format.ts';
import type { Permission } from '#core/roles.ts';
import type { Loan } from '#features/loans/index.ts';
import { actor, ownParty, pathParameter } from '#web/express.ts';
import type { Pages } from '#web/render.ts';
import type { DocumentSide } from './document-place.view.ts';
import type { DocumentQuery, LoanDocuments } from './documents.service.ts';

export interface DocumentRouteParts {
  documents: LoanDocuments;
  pages: Pages;
  formats: Formats;
}

/** The same documents for a borrower, who finds only their own loans, and for staff, whose look is recorded. */
export const sides: Record<DocumentSide, { path: string; may: Permission }> = {
  borrower: { path: '/loans/:loanId', may: 'loan:own' },
  staff: { path: '/staff/loans/:loanId', may: 'loan:inspect' },
};

/** One request for a document. */
export interface Asked {
  side: DocumentSide;
  req: Request;
  res: Response;
}

export function queryOf({ side, req, res }: Asked): DocumentQuery {
  const loanId = pathParameter(req.params.loanId);
  return side === 'borrower' ? { loanId, partyId: ownParty(res) } : { loanId, staff: actor(res).userId };
}

export async function loanOf({ documents }: DocumentRouteParts, asked: Asked): Promise<Loan> {
  const loan = await documents.loan(queryOf(asked));
  if (!loan) throw notFound('Loan');
  return loan;
}
