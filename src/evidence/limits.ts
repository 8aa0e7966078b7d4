/** What no check of a run can find out without something from outside of its folder. Each is a forgery that leaves no trace. */

export function limitsOf(hasKey: boolean): readonly string[] {
  return [
    ...(hasKey ? [] : [withoutKey]),
    'Whoever holds the signing key can make up a run; an outside anchor (a CI attestation, an RFC 3161 time stamp) would show when it was made.',
    'Runs that began after this one can be taken off the end of the index, and an index can be begun anew before the first signed run: both show only against a copy of the index kept elsewhere.',
    'Runs in another reports folder, or on another machine, are not known here.',
    'Times are those of the machine that ran the drill.',
  ];
}

const withoutKey =
  'Without a public key from elsewhere, whoever can write here can edit the journal, take out a rehearsal mark or a run, reorder runs, and then make reports, manifest, signature and index anew.';
