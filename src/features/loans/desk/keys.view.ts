interface Key {
  keys: string;
  text: string;
}

const everywhere: readonly Key[] = [
  { keys: 'n', text: 'Take the next file in line' },
  { keys: 'g then q', text: 'Back to the queue' },
  { keys: 'Ctrl + Enter', text: 'Send the form that you are in' },
  { keys: '?', text: 'Show or hide this list' },
];

type KeyPage = 'queue' | 'file' | 'closed-file';

const onPage: Record<KeyPage, readonly Key[]> = {
  'closed-file': [],
  queue: [
    { keys: 'j', text: 'Down to the next file' },
    { keys: 'k', text: 'Up to the file before' },
    { keys: 'Enter', text: 'Open the file' },
  ],
  file: [
    { keys: 'w', text: 'Work on this file' },
    { keys: 'a', text: 'To the form that approves' },
    { keys: 'd', text: 'To the form that declines' },
    { keys: 'q', text: 'Ask the borrower' },
    { keys: 'r', text: 'Refer to a senior officer' },
  ],
};

/** The keys that a page listens to; everything they do can be reached by Tab as well. */
export function keyHelp(page: KeyPage): Key[] {
  return [...onPage[page], ...everywhere];
}
