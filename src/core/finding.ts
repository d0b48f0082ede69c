/** What was found about a line of a file that is imported: an error keeps it out, a warning asks somebody to look. */
export interface Finding {
  severity: 'error' | 'warning';
  text: string;
}

/** The worst of what was found; null where nothing was. */
export function severityOf(findings: readonly Finding[]): Finding['severity'] | null {
  if (findings.some(({ severity }) => severity === 'error')) return 'error';
  return findings.length > 0 ? 'warning' : null;
}
