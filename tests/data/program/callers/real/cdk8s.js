// usage: node cdk8s.js HELM, with cdk8s on NODE_PATH. Writes dist/.
const { App, Chart, Helm } = require('cdk8s');

const helmExecutable = process.argv[2];
const app = new App({ outdir: 'dist' });
const chart = new Chart(app, 'shop');
new Helm(chart, 'web', {
  helmExecutable,
  chart: 'charts/web',
  releaseName: 'shop',
  namespace: 'shop',
  values: { note: 'inline', hosts: ['a.example.com'], replicas: 4 },
  helmFlags: ['--include-crds', '--kube-version', '1.31.4', '--skip-tests'],
});
new Helm(chart, 'old', { helmExecutable, chart: 'web', repo: '@repository@', version: '~1.0', namespace: 'shop' });
app.synth();
