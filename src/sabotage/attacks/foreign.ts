/** What an attack may alter: what the drill is there to protect, and nothing that the runner made to look by. */

/**
 * Holds in SQL for a row that is not the runner's own. `$1` is the mark of the run; what is made through a pipeline is tagged
 * with a longer one that begins with it.
 */
export const foreign = `NOT EXISTS (SELECT FROM unnest(tags) AS tag WHERE tag = $1 OR starts_with(tag, $1 || '-'))`;
