//! Parses the templates of a chart, for rendering and for finding unused values.

use std::collections::HashMap;
use std::sync::Arc;

use super::functions::functions_of;
use super::model::{Chart, File};
use super::render_values::RenderValues;
use super::scope::{self, Template};
use super::tree_cache::{ParseResult, TreeSlot, parse};
use crate::release::Release;
use mkmanifests_check::parallel;
use mkmanifests_gotmpl::ast::Tree;
use mkmanifests_gotmpl::coverage::Coverage;
use mkmanifests_gotmpl::environment::Environment;
use mkmanifests_gotmpl::{Function, Functions};

/// All templates of a chart and its subcharts that a rendering uses.
pub(super) struct ParsedTemplates {
    /// What the functions know beyond their arguments: time, randomness and the cluster.
    pub environment: Environment,
    /// The functions that templates can call.
    pub functions: Arc<Functions>,
    /// The templates in Helm's order.
    pub templates: Vec<Template>,
    /// The result of parsing each template.
    pub outcomes: Vec<ParseResult>,
    /// Whether rendering ends with the first error, as in Helm, so that templates behind it write no log.
    pub stops_at_error: bool,
    /// Where rendering records what runs.
    pub coverage: Option<Arc<Coverage>>,
}

impl ParsedTemplates {
    /// Parses the templates of a chart with computed values, unless a rendering of the chart did so before.
    pub fn of(values: &RenderValues, deterministic: bool) -> ParsedTemplates {
        Self::in_environment(values, environment(&values.chart, &values.release, deterministic))
    }

    /// Parses as [`ParsedTemplates::of`] does, for functions with another environment.
    pub fn in_environment(values: &RenderValues, environment: Environment) -> ParsedTemplates {
        let functions = functions_of(values.helm);
        let templates = scope::templates(values);
        let slot = |template: &Template| template.trees.slot(&functions, &template.name, &template.file);
        let slots: Vec<(&Template, TreeSlot)> = templates.iter().map(|template| (template, slot(template))).collect();
        let parsed = |(template, slot): &(&Template, TreeSlot)| slot.parsed(&template.name);
        let outcomes = match slots.iter().all(|(_, slot)| slot.is_parsed()) {
            true => slots.iter().map(parsed).collect(),
            false => parallel::map(&slots, parsed),
        };
        drop(slots);
        ParsedTemplates { environment, functions, templates, outcomes, stops_at_error: false, coverage: None }
    }

    /// Parses templates with functions that replace those of the same name. The trees refer to these functions, so that
    /// no other rendering shares them.
    pub fn with_functions(values: &RenderValues, replaced: impl IntoIterator<Item = Function>) -> ParsedTemplates {
        let mut functions = functions_of(values.helm);
        Arc::make_mut(&mut functions).extend(replaced);
        let templates = scope::templates(values);
        let outcomes = parallel::map(&templates, |template| parse(&functions, &template.name, &template.file.data));
        ParsedTemplates {
            environment: Environment::default(),
            functions,
            templates,
            outcomes,
            stops_at_error: false,
            coverage: None,
        }
    }

    /// Returns the parsed templates by file.
    pub fn by_file(&self) -> ByFile {
        let parsed = self.templates.iter().zip(&self.outcomes);
        let parsed =
            parsed.filter_map(|(template, outcome)| Some((address(&template.file), outcome.as_ref().ok()?.clone())));
        ByFile(parsed.collect())
    }
}

/// The parsed templates by file. A chart with several aliases shares its files.
#[derive(Default)]
pub(super) struct ByFile(HashMap<usize, Arc<[Arc<Tree>]>>);

impl ByFile {
    /// Returns the templates of a file; `None` if it was not parsed, as in disabled charts.
    pub fn get(&self, file: &File) -> Option<Arc<[Arc<Tree>]>> {
        self.0.get(&address(file)).cloned()
    }
}

fn address(file: &File) -> usize {
    file.data.as_ptr().addr()
}

/// Returns time and randomness: those of the machine, or derived from the release.
fn environment(chart: &Chart, release: &Release, deterministic: bool) -> Environment {
    match deterministic {
        true => Environment::reproducible(format!("{}/{}/{}", release.namespace, release.name, chart.name())),
        false => Environment::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::ParsedTemplates;
    use crate::behaviour::{Behaviour, Change};
    use crate::model::{Chart, File};
    use crate::prepare::{Options, prepare};
    use crate::release::Release;
    use crate::render_values::RenderValues;
    use crate::{Capabilities, SchemaFiles, load_files};
    use mkmanifests_gotmpl::ast::Tree;
    use mkmanifests_yaml::diagnostic::Sources;
    use mkmanifests_yaml::tree::Node;
    use mkmanifests_yaml::tree::read::values;
    use std::collections::BTreeMap;
    use std::sync::Arc;

    const DEPENDENCIES: &str = "[{name: sub, version: 1.0.0, alias: one}, {name: sub, version: 1.0.0, alias: two}]";

    fn chart() -> Chart {
        let metadata = format!("{{apiVersion: v2, name: web, version: 0.1.0, dependencies: {DEPENDENCIES}}}");
        let files = [
            ("Chart.yaml", metadata.as_str()),
            ("templates/a.yaml", "{{ define \"x\" }}{{ end }}{{ .Values.a }}"),
            ("templates/broken.yaml", "{{ if }}"),
            ("charts/sub/Chart.yaml", "{apiVersion: v2, name: sub, version: 1.0.0}"),
            ("charts/sub/templates/b.yaml", "{{ randAlpha 5 }}"),
        ];
        let files = files.map(|(name, text)| File::new(name, text.as_bytes())).to_vec();
        load_files(files, "web", &mut Sources::default()).expect("a chart").chart
    }

    fn computed(chart: &Chart, release: &str, user: &str, helm: Behaviour) -> RenderValues {
        let mut sources = Sources::default();
        let user: Node = values(&mut sources, "mine.yaml", user.as_bytes()).expect("values");
        let options = Options {
            release: Release::named(release, "shop"),
            capabilities: Capabilities::default(),
            skip_schema: false,
            schema_files: SchemaFiles::default(),
            helm,
        };
        prepare(chart, &user, &sources, options).expect("values")
    }

    /// Trees, or the text of the error.
    type Parsed = Result<Arc<[Arc<Tree>]>, String>;

    /// What parsing gave, by template.
    fn parsed(values: &RenderValues) -> BTreeMap<String, Parsed> {
        let ParsedTemplates { templates, outcomes, .. } = ParsedTemplates::of(values, true);
        let names = templates.into_iter().map(|template| template.name);
        names.zip(outcomes.into_iter().map(|outcome| outcome.map_err(|error| error.to_string()))).collect()
    }

    fn are_same(a: &RenderValues, b: &RenderValues) -> bool {
        let (a, b) = (parsed(a), parsed(b));
        assert_eq!(a.keys().collect::<Vec<_>>(), b.keys().collect::<Vec<_>>());
        let trees = |outcome: &Parsed| outcome.clone().ok();
        a.values().zip(b.values()).filter_map(|(a, b)| trees(a).zip(trees(b))).all(|(a, b)| Arc::ptr_eq(&a, &b))
    }

    #[test]
    fn a_template_is_parsed_once_for_all_renderings_of_a_chart() {
        let chart = chart();
        let first = computed(&chart, "web", "a: 1", Behaviour::default());
        let names =
            ["templates/a.yaml", "templates/broken.yaml", "charts/one/templates/b.yaml", "charts/two/templates/b.yaml"];
        let all = parsed(&first);
        assert_eq!(all.len(), names.len());
        for name in names {
            let name = format!("web/{name}");
            // Each alias has its own name in the trees, since errors print it.
            let expected = if name.ends_with("broken.yaml") { None } else { Some(name.as_str()) };
            let trees = all[&name].as_ref().ok();
            assert_eq!(trees.map(|trees| &*trees.last().expect("a tree").source.name), expected);
        }
        let second = computed(&chart, "other", "{a: 2, one: {b: 3}}", Behaviour::default());
        assert!(are_same(&first, &second));
        let broken = "template: web/templates/broken.yaml:1: missing value for if";
        assert_eq!(parsed(&second)["web/templates/broken.yaml"].as_ref().expect_err("an error"), broken);
    }

    #[test]
    fn other_functions_and_other_texts_have_their_own_trees() {
        let chart = chart();
        let newest = computed(&chart, "web", "", Behaviour::default());
        let without = |change| computed(&chart, "web", "", Behaviour::default().with(change, false));
        assert!(are_same(&newest, &without(Change::WebhooksLast)));
        assert!(!are_same(&newest, &without(Change::TomlExponents)));
        let mut changed = chart.clone();
        for template in &mut changed.templates {
            template.data = Arc::from(b"changed".as_slice());
        }
        let changed = parsed(&computed(&changed, "web", "", Behaviour::default()));
        let tree = &changed["web/templates/a.yaml"].as_ref().expect("trees")[0];
        assert_eq!(&*tree.source.text, "changed");
    }

    #[test]
    fn the_cache_does_not_grow_with_the_number_of_renderings() {
        let chart = chart();
        for number in 0..20 {
            let helm = Behaviour::default().with(Change::MustToToml, number % 2 == 0);
            parsed(&computed(&chart, &format!("release-{number}"), &format!("a: {number}"), helm));
        }
        let counts = [&chart, &chart.dependencies[0]].map(|chart| chart.trees.len());
        // Two templates, and one with two aliases, each with two sets of functions.
        assert_eq!(counts, [4, 4]);
    }
}
