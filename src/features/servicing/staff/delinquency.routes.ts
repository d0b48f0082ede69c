import { Router, type Request, type Response } from 'express';
import { may } from '#core/roles.ts';
import { actor } from '#web/express.ts';
import { pageNumber, pageSize } from '#web/paging.ts';
import { paths } from '#web/paths.ts';
import { permission } from '#web/permission.ts';
import type { BucketShare } from './delinquency.service.ts';
import { writeDelinquencyCsv } from './delinquency-csv.ts';
import { delinquencyPage } from './delinquency.view.ts';
import type { StaffLoanParts } from './staff-loan.pages.ts';

/** `/delinquency`: who is late and by how much. */
export function delinquencyRoutes(parts: StaffLoanParts): Router {
  const router = Router();
  router.get('/delinquency', permission('loan:inspect'), (req, res) => showList(parts, req, res));
  router.get('/delinquency.csv', permission('loan:inspect'), (req, res) => download(parts, req, res));
  return router;
}

async function showList({ loanDesk, pages, formats }: StaffLoanParts, req: Request, res: Response) {
  const { delinquency } = loanDesk;
  const page = pageNumber(req.query);
  const overview = await delinquency.shares();
  const chosen = chosenGroup(overview.shares, req.query);
  const codes = codesOf(overview, chosen);
  const found = await delinquency.list({ actor: actor(res).userId, codes, page, size: pageSize });
  const withCollections = may(actor(res), 'collection:view') ? paths.collections : undefined;
  const model = delinquencyPage({ ...overview, chosen, found: { ...found, page }, withCollections, formats });
  await pages.show(res, { view: 'servicing/staff/delinquency', model });
}

async function download({ loanDesk }: StaffLoanParts, req: Request, res: Response) {
  const { delinquency } = loanDesk;
  const overview = await delinquency.shares();
  const codes = codesOf(overview, chosenGroup(overview.shares, req.query));
  await loanDesk.exported(actor(res).userId);
  res.status(200).type('text/csv').attachment('delinquency.csv');
  await writeDelinquencyCsv(res, delinquency.pieces(codes));
}

/** A group of ours; anything else is everything that is late. */
function chosenGroup(shares: readonly BucketShare[], query: unknown): string | undefined {
  const wanted = typeof query === 'object' && query !== null && 'bucket' in query ? query.bucket : undefined;
  return shares.find(({ group }) => group.key === wanted)?.group.key;
}

function codesOf(
  { shares, buckets }: Awaited<ReturnType<StaffLoanParts['loanDesk']['delinquency']['shares']>>,
  chosen: string | undefined,
): string[] {
  if (chosen !== undefined) return shares.find(({ group }) => group.key === chosen)?.group.codes ?? [];
  return shares.flatMap(({ group }) => group.codes).filter((code) => (buckets.get(code)?.fromDaysPastDue ?? 1) > 0);
}
