/** The schema that Jenkins applies to JUnit files: it rejects the whole file on an error. */
import { existsSync, readFileSync } from 'node:fs';
import { environment } from '../system/environment.js';

const path = ['../../../shared', '../../../../shared']
  .map((folder) => new URL(`${folder}/junit/jenkins-junit-10.xsd`, import.meta.url))
  .find((each) => existsSync(each));

/** Why files cannot be held against it; `false` where they can. Under CI they must be. */
export const withoutJunitSchema: string | false =
  path !== undefined || environment().CI ? false : 'no jenkins-junit-10.xsd beside the project';

/** What is wrong with a file, each in a sentence. */
export async function junitFaults(xml: string): Promise<readonly string[]> {
  if (!path) throw new Error('no jenkins-junit-10.xsd beside the project');
  const { validateXML } = await import('xmllint-wasm');
  const { errors } = await validateXML({
    xml: [{ fileName: 'junit.xml', contents: xml }],
    schema: [readFileSync(path, 'utf8')],
  });
  return errors.map((error) => error.message);
}
