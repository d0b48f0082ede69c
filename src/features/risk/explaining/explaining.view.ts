import { borrowersScoreCard } from './borrower.view.ts';
import { scorePanel } from './score-panel.view.ts';
import { toldReasons } from './telling.ts';

/** How a score is shown: to an officer on a file, and to the borrower whom it is about. */
export const explaining = { officersPanel: scorePanel, borrowersCard: borrowersScoreCard, toldReasons };
