import type { Request, Response } from 'express';
import { notFound } from '#core/errors.ts';
import type { Formats } from '#core/format.ts';
import type { Accounts } from '#features/accounts/index.ts';
import { ownParty, pathParameter } from '#web/express.ts';
import { emptyForm, type FormState } from '#web/forms.ts';
import type { Pages } from '#web/render.ts';
import type { Told } from '../life/act.service.ts';
import type { Servicing } from '../servicing.service.ts';
import { nothingToPayOff } from './payoff.view.ts';

export interface LoanPageParts {
  servicing: Servicing;
  accounts: Pick<Accounts, 'listOwn' | 'findOwn'>;
  pages: Pages;
  formats: Formats;
}

/** The loan of the path, told to the business date; somebody else's is not found. */
export async function ownLoan(
  { servicing }: Pick<LoanPageParts, 'servicing'>,
  req: Request,
  res: Response,
): Promise<Told> {
  const told = await servicing.tell({ loanId: pathParameter(req.params.loanId), partyId: ownParty(res) });
  if (!told) throw notFound('Loan');
  return told;
}

/** Where there is nothing to pay any more: the sentence, and that of a refusal if there was one. */
export async function showNothingLeft(
  { pages }: Pick<LoanPageParts, 'pages'>,
  res: Response,
  by: { told: Told; sent?: FormState; status?: 409 | 422 },
) {
  const { told, sent, status } = by;
  const page = { view: 'servicing/nothing-left', model: nothingToPayOff(told.loan, sent ?? emptyForm) };
  if (sent) await pages.refused(res, { ...page, ...(status ? { status } : {}) });
  else await pages.show(res, page);
}
