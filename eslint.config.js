import tseslint from 'typescript-eslint';

/** Effects that have exactly one home: everything else asks `src/system/`. */
const effects = [
  { object: 'Date', property: 'now', message: 'Ask system/clock.' },
  { object: 'performance', property: 'now', message: 'Ask system/clock.' },
  { object: 'process', property: 'hrtime', message: 'Ask system/clock.' },
  { object: 'Math', property: 'random', message: 'Ask system/random.' },
  { object: 'process', property: 'env', message: 'Ask system/environment, or take it as an argument.' },
];

export default tseslint.config(
  { ignores: ['dist/', 'reports/', 'node_modules/', 'coverage/'] },
  {
    files: ['src/**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      eqeqeq: 'error',
      'no-console': 'error',
      'no-restricted-properties': ['error', ...effects],
      'no-restricted-globals': [
        'error',
        { name: 'setTimeout', message: 'Ask system/clock.' },
        { name: 'setInterval', message: 'Ask system/clock.' },
      ],
      'no-restricted-syntax': [
        'error',
        { selector: 'NewExpression[callee.name="Date"][arguments.length=0]', message: 'Ask system/clock.' },
      ],
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
      'max-params': ['error', 4],
      complexity: ['error', 15],
      '@typescript-eslint/consistent-type-definitions': ['error', 'interface'],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // node:test's test() returns a promise that the runner awaits.
      '@typescript-eslint/no-floating-promises': [
        'error',
        {
          allowForKnownSafeCalls: [
            {
              from: 'package',
              name: ['test', 'it', 'describe', 'suite', 'before', 'after', 'beforeEach', 'afterEach'],
              package: 'node:test',
            },
          ],
        },
      ],
    },
  },
  {
    // The edge to the outside, and the programs of their own: the stand-in, what stands in the lab, the probes.
    files: [
      'src/system/**',
      'src/standin/**',
      'src/lab/programs/**',
      'src/**/*.test.ts',
      'src/testing/**',
      'src/measure/probe-process.ts',
    ],
    rules: {
      'no-restricted-properties': 'off',
      'no-restricted-globals': 'off',
      'no-restricted-syntax': 'off',
    },
  },
  {
    files: ['src/**/*.test.ts', 'src/testing/**'],
    rules: { 'max-lines-per-function': 'off', 'max-lines': 'off' },
  },
);
