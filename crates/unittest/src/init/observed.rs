//! Renders each template of a chart, to see what suites can assert.

use std::collections::BTreeMap;
use std::thread;
use std::time::Duration;

use mkmanifests_chart::File;
use mkmanifests_gotmpl::{Value, deep_equal};
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use regex::Regex;

use super::Options;
use crate::path;
use crate::render::{Harness, KubeNumbers, Scope};
use crate::suite::{Capabilities, ChartVersions, Job, Release, Suite, ValuesFile};

/// The release of the suites: the names of helm-unittest's default are not valid in Kubernetes.
pub(super) const RELEASE: (&str, &str) = ("test", "default");

/// The version of charts that print their own one, so that snapshots stay the same in the next version.
pub(super) const CHART_VERSION: &str = "1.0.0";

/// How many other templates a template may need.
const MAX_NEEDED: usize = 20;

/// What a template renders.
pub(super) struct Observed {
    /// The path of the template: `templates/service.yaml`.
    pub template: String,
    /// The templates that have to be rendered: it and those that it includes. None if that is the whole chart.
    pub selected: Vec<String>,
    /// The version of Kubernetes.
    pub kube: (u64, u64),
    /// Whether it prints the version of the chart.
    pub prints_version: bool,
    /// Whether it renders the same in each run.
    pub is_stable: bool,
    /// What it renders with each values file, or the chart's own values.
    pub tests: Vec<Test>,
}

/// What a template renders with some values.
pub(super) struct Test {
    /// The values file; none for the chart's own values.
    pub values: Option<String>,
    pub documents: Vec<Value>,
}

/// Why templates are not rendered.
struct Failed {
    /// Helm's text.
    error: String,
    /// The name of a template that does not exist.
    unknown_template: Option<String>,
}

/// Renders the templates of one chart.
pub(super) struct Observer<'o> {
    harness: &'o Harness,
    /// The path that the folder of suites is beside: a file in it.
    file: String,
    kube: (u64, u64),
    skip_schema: bool,
    now: Option<Regex>,
}

impl<'o> Observer<'o> {
    pub(super) fn new(harness: &'o Harness, folder: &str, options: &Options) -> Observer<'o> {
        let default = (1, options.helm.release().kubernetes_minor());
        let kube = options.kube_version.as_ref().map_or(default, |version| (version.major(), version.minor()));
        let file = path::join(&[folder, "tests", "suite.yaml"]);
        Observer { harness, file, kube, skip_schema: options.skip_schema, now: Regex::new(r"\{\{[^}]*\bnow\b").ok() }
    }

    /// Returns the templates of the chart that render YAML.
    pub(super) fn templates(&self) -> Vec<String> {
        let is_yaml = |name: &str| matches!(path::extension(name), ".yaml" | ".yml");
        let counts = |file: &&File| is_yaml(&file.name) && !file.base_name().starts_with('_');
        self.harness.chart().templates.iter().filter(counts).map(|file| file.name.clone()).collect()
    }

    /// Returns why the whole chart does not render with a values file.
    pub(super) fn error(&self, values: &Option<String>) -> Option<String> {
        self.render(&[], values, false).err().map(|failed| failed.error)
    }

    /// Renders each template with each values file, twice. Those that print the time are rendered in different seconds.
    pub(super) fn observe(&self, templates: &[String], inputs: &[Option<String>]) -> Vec<Observed> {
        let mut all: Vec<Observed> = templates.par_iter().filter_map(|name| self.template(name, inputs)).collect();
        if self.harness.chart().templates.iter().any(|file| self.is_about_time(file)) {
            thread::sleep(Duration::from_millis(1100));
        }
        for observed in &mut all {
            let prints_time = self
                .harness
                .chart()
                .templates
                .iter()
                .any(|file| file.name == observed.template && self.is_about_time(file));
            observed.is_stable = !prints_time && observed.tests.iter().all(|test| self.is_repeated(observed, test));
        }
        all
    }

    fn is_about_time(&self, file: &File) -> bool {
        self.now.as_ref().is_some_and(|now| now.is_match(&String::from_utf8_lossy(&file.data)))
    }

    fn is_repeated(&self, observed: &Observed, test: &Test) -> bool {
        let again = self.documents(&observed.selected, &observed.template, &test.values, observed.prints_version);
        let equal = |(a, b): (&Value, &Value)| deep_equal(a, b);
        again.is_ok_and(|again| again.len() == test.documents.len() && again.iter().zip(&test.documents).all(equal))
    }

    fn template(&self, template: &str, inputs: &[Option<String>]) -> Option<Observed> {
        let selected = self.needed(template, inputs);
        let label = format!("{}-{}", self.harness.chart().name(), self.harness.chart().metadata.version);
        let render = |prints_version: bool| {
            let test = |values: &Option<String>| {
                let documents = self.documents(&selected, template, values, prints_version).ok()?;
                Some(Test { values: values.clone(), documents })
            };
            inputs.iter().map(test).collect::<Option<Vec<Test>>>()
        };
        let mut tests = render(false)?;
        let prints =
            |test: &Test| test.documents.iter().any(|document| crate::go_yaml::write(document).contains(&label));
        let prints_version = tests.iter().any(prints);
        if prints_version {
            tests = render(true)?;
        }
        let (template, kube) = (template.to_owned(), self.kube);
        Some(Observed { template, selected, kube, prints_version, is_stable: true, tests })
    }

    /// Returns the templates that a template needs, itself first. None if it needs the whole chart.
    fn needed(&self, template: &str, inputs: &[Option<String>]) -> Vec<String> {
        let mut selected = vec![template.to_owned()];
        for input in inputs {
            while let Err(failed) = self.render(&selected, input, false) {
                let missing = failed.unknown_template.and_then(|name| self.template_with(&name));
                match missing.filter(|name| !selected.contains(name) && selected.len() < MAX_NEEDED) {
                    Some(name) => selected.push(name),
                    None => return Vec::new(),
                }
            }
        }
        selected
    }

    /// Returns the template of this chart that has a path, or a definition of that name.
    fn template_with(&self, name: &str) -> Option<String> {
        let chart = self.harness.chart();
        let defines = |file: &&File| {
            let text = String::from_utf8_lossy(&file.data);
            path::join(&[chart.name(), &file.name]) == name || text.contains(&format!("define \"{name}\""))
        };
        chart.templates.iter().find(defines).map(|file| file.name.clone())
    }

    fn documents(
        &self,
        selected: &[String],
        template: &str,
        values: &Option<String>,
        sets_version: bool,
    ) -> Result<Vec<Value>, Failed> {
        let mut documents = self.render(selected, values, sets_version)?;
        Ok(documents.remove(&path::join(&[self.harness.chart().name(), template])).unwrap_or_default())
    }

    fn render(
        &self,
        selected: &[String],
        values: &Option<String>,
        sets_version: bool,
    ) -> Result<BTreeMap<String, Vec<Value>>, Failed> {
        let suite = Suite { file: self.file.clone(), templates: selected.to_vec(), ..Suite::default() };
        let (major, minor) = self.kube;
        let capabilities = Capabilities {
            major_version: major.to_string(),
            minor_version: minor.to_string(),
            ..Capabilities::default()
        };
        let mut kube = KubeNumbers::of(mkmanifests_chart::HelmRelease::default());
        kube.set(&capabilities);
        let version = if sets_version { CHART_VERSION } else { "" };
        let job = Job {
            values: values.iter().map(|path| ValuesFile { path: path.clone(), ..ValuesFile::default() }).collect(),
            release: Release { name: RELEASE.0.to_owned(), namespace: RELEASE.1.to_owned(), ..Release::default() },
            chart: ChartVersions { version: version.to_owned(), ..ChartVersions::default() },
            capabilities,
            ..Job::default()
        };
        let scope = Scope { route: self.harness.chart().name(), skip_schema: self.skip_schema, keeps_files: false };
        let rendered = self.harness.render(&suite, &job, scope, &kube);
        match (rendered.error, rendered.rendered) {
            (Some(error), _) => Err(Failed { error, unknown_template: rendered.unknown_template }),
            (None, rendered) => Ok(rendered.map(|rendered| rendered.documents).unwrap_or_default()),
        }
    }
}
