/** What every report says where Kong was the stand-in, and what to do to have the real thing. */
export const rehearsalSentence =
  'This was a rehearsal: Kong was played by a stand-in. Its figures show that the drill works; they are no evidence of a recovery time.';

export const realThing: readonly string[] = [
  'For the real thing, install Docker and run the drill with --engine containers,',
  'or put kong (and deck, where a path needs it) on PATH. `kong-drill doctor` says what is missing.',
];
