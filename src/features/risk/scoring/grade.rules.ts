/** The least probability of approval for each grade, best first. */
export const gradeBands = [
  { grade: 'A', from: 0.9 },
  { grade: 'B', from: 0.7 },
  { grade: 'C', from: 0.5 },
  { grade: 'D', from: 0.2 },
  { grade: 'E', from: 0 },
] as const;

export type Grade = (typeof gradeBands)[number]['grade'];

export function gradeOf(approvalProbability: number): Grade {
  return gradeBands.find(({ from }) => approvalProbability >= from)?.grade ?? 'E';
}
