import type { Formats } from '#core/format.ts';
import type { Pages } from '#web/render.ts';
import type { LoanDesk } from './loan-desk.ts';

export interface StaffLoanParts {
  loanDesk: LoanDesk;
  pages: Pages;
  formats: Formats;
}
