/** What can be read from the page, by its place in the project. */
export const DOCUMENTS: Record<string, string> = {
  'README.md': 'what this is',
  'hub.md': 'the guide for bot builders',
  'docs/architecture.md': 'the design, and the way of a message',
  'docs/guarantees.md': 'what holds when functions die and calls fail',
  'docs/measured.md': 'calls, times, sizes',
  'CONTRIBUTING.md': 'how to change and test it',
  'SECURITY.md': 'what is protected',
}
