// Copies packages and all that they depend on. Usage: node closure.mjs <root> <target> <package>…
import { cpSync, existsSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';

const [root, target, ...wanted] = process.argv.slice(2);
const copied = new Set();

for (let name = wanted.pop(); name; name = wanted.pop()) {
  const folder = join(root, 'node_modules', name);
  if (copied.has(name) || !existsSync(folder)) continue;
  copied.add(name);
  cpSync(realpathSync(folder), join(target, name), { recursive: true });
  wanted.push(
    ...Object.keys(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).dependencies ?? {}),
  );
}
