/** Whether a made-up state can be made. */
import { amountsOf, mostPlugins } from '../../model/generate.js';
import { valueProblem } from './check.js';
import type { Check } from './check.js';

export const generatedPlugins: Check = {
  reads: [['state']],
  find: ({ drill }) => {
    const { generate } = drill.state;
    if (generate === undefined) return [];
    const amounts = amountsOf(generate);
    const most = mostPlugins(amounts);
    if (amounts.plugins <= most) return [];
    return [
      valueProblem(
        ['state', 'generate', 'plugins'],
        `expected at most ${most} plugins on ${amounts.services} services and ${amounts.routes} routes, got ${amounts.plugins}`,
        'Kong takes one plugin of a name on each service or route: ask for fewer plugins, or for more services',
      ),
    ];
  },
};
