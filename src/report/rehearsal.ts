/** What every report says where Kong was the stand-in, and what to do to have the real thing. */
export const rehearsalSentence =
  'This was a rehearsal: Kong was played by a stand-in. Its figures show that the drill works; they are no evidence of a recovery time.';

/** In containers it was an image that was named; as processes there was no Kong. */
export function realThing(engine: string): string {
  return engine === 'containers'
    ? 'For the real thing, run it with the official image of Kong: unset KONG_DRILL_IMAGE_KONG, or name one with --image kong=IMAGE.'
    : 'For the real thing, install Docker and run the drill with --engine containers, or put kong (and deck, where a path needs it) on PATH; kong-drill doctor says what is missing.';
}
