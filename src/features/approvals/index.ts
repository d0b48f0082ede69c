/**
 * Approvals owns requests that a second person decides on: what was asked, by whom and why, and what became of it. What
 * a request does is its handler's, which the feature that asks registers; this one never changes anything but requests.
 */
export { createApprovals, type Approvals } from './approvals.service.ts';
export { approvalRoutes } from './approvals.routes.ts';
export type { ApprovalHandler, ApprovalRequest, Json, RequestEnd, SummaryRow } from './approval-parts.ts';
export type { ApprovalOrder, AskRefusal } from './asking.service.ts';
