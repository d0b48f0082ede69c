/** A state in a word, as `components/badge` shows it: the word says it, the colour only helps. */
export interface Badge {
  kind: 'ok' | 'alert' | 'critical' | 'info' | 'neutral';
  text: string;
}
