//! The catalog of all rules: lookup by id, a list, and a Markdown document.

use super::CheckCode;
use super::kinds::{KNOWN, OF_OPERATORS};
use super::rule::Rule;
use super::{lint, ray_gates, reading, rules, schema};
use mkmanifests_yaml::diagnostic::{Diagnostic, Severity, did_you_mean, nearest};

/// The areas that are not kinds, in the order of the document, each with its title.
const SHARED_AREAS: &[(&str, &str)] = &[
    ("object", "Every object"),
    ("pod", "Pods and pod templates"),
    ("container", "Containers"),
    ("probe", "Probes and lifecycle handlers"),
    ("volume", "Volumes of a pod"),
    ("workload", "Workloads"),
    ("labelselector", "Label selectors"),
    ("nodeselector", "Node selectors"),
    ("quantity", "Quantities"),
    ("admission", "Admission webhooks and policies"),
    ("webhook", "Admission webhooks"),
    ("admissionpolicy", "Admission policies"),
    ("customresource", "Custom resources whose definition is among the manifests"),
    ("ray", "All kinds of KubeRay"),
    ("serveconfig", "Configurations of Ray Serve in a RayService"),
];

/// The rules that share an area: a kind, or what several kinds have in common.
#[derive(Debug)]
pub struct Area {
    /// The part of the rule ids before the `/`, such as `poddisruptionbudget`.
    pub name: &'static str,
    /// A heading: the kind, such as `PodDisruptionBudget`, or words such as `Every object`.
    pub title: &'static str,
    /// The rules, sorted by id.
    pub rules: Vec<&'static Rule>,
}

/// Returns every rule, sorted by id.
pub fn all() -> Vec<&'static Rule> {
    let mut all: Vec<&'static Rule> = reading::RULES.iter().chain(rules::all()).chain(schema::rules()).collect();
    all.extend(ray_gates::RULES);
    all.extend(lint::rules());
    all.sort_by_key(|rule| rule.id);
    all
}

/// Returns how a broken rule is reported without `--strict`: a validation rule as an error, a lint rule as a warning.
pub fn severity(rule: &Rule) -> Severity {
    match lint::rules().any(|lint| lint.id == rule.id) {
        true => Severity::Warning,
        false => Severity::Error,
    }
}

/// Returns every rule by area: the shared areas first, then the kinds in alphabetical order.
pub fn areas() -> Vec<Area> {
    let mut areas: Vec<Area> = Vec::new();
    for rule in all() {
        match areas.last_mut() {
            Some(area) if area.name == rule.area() => area.rules.push(rule),
            _ => areas.push(Area { name: rule.area(), title: title(rule.area()), rules: vec![rule] }),
        }
    }
    // The sort is stable, and `all` is sorted by id.
    areas.sort_by_key(|area| SHARED_AREAS.iter().position(|(name, _)| *name == area.name).unwrap_or(usize::MAX));
    areas
}

/// Returns the heading of an area; the area itself if it is neither shared nor a kind.
fn title(area: &'static str) -> &'static str {
    let shared = SHARED_AREAS.iter().find(|(name, _)| *name == area).map(|(_, title)| *title);
    let kinds = || KNOWN.iter().chain(OF_OPERATORS).map(|known| known.kind);
    let kind = || kinds().find(|kind| kind.eq_ignore_ascii_case(area));
    shared.or_else(kind).unwrap_or(area)
}

/// Looks up a rule by its id.
///
/// # Errors
///
/// [`CheckCode::UnknownRule`] with the most similar id, if no rule has this id.
pub fn find(id: &str) -> Result<&'static Rule, Diagnostic> {
    if let Some(rule) = all().into_iter().find(|rule| rule.id == id) {
        return Ok(rule);
    }
    let diagnostic = Diagnostic::error(CheckCode::UnknownRule, format!("unknown rule `{id}`"));
    Err(match nearest(id, all().into_iter().map(|rule| rule.id)) {
        Some(near) => diagnostic.help(did_you_mean(near)),
        None => diagnostic.help("run `mkmanifests check --list-rules` for all rule ids"),
    })
}

/// Returns the rules as text: one per line, with the ids in the first column, below a heading per area.
pub fn list() -> String {
    let areas = areas();
    let width = areas.iter().flat_map(|area| &area.rules).map(|rule| rule.id.len()).max().unwrap_or(0);
    let mut out = String::new();
    for area in &areas {
        if !out.is_empty() {
            out.push('\n');
        }
        out.push_str(&format!("# {}\n", area.title));
        for rule in &area.rules {
            out.push_str(&format!("{:width$}  {}\n", rule.id, rule.description()));
        }
    }
    out
}

/// Returns the rules as `docs/rules.md`.
pub fn markdown() -> String {
    let areas = areas();
    let lints = lint::rules().count();
    let mut out = format!(
        "# Validation rules\n\n\
        This is the list of what `mkmanifests` checks on every object that it renders, and on the files that you give to\n\
        `mkmanifests check`. {} validation rules report what an API server would refuse, as errors. {lints} lint rules, marked\n\
        *lint*, report what an API server accepts but is probably a mistake, as warnings. [check.md](check.md) says how to skip a\n\
        rule.\n\n\
        The examples break their rule. A test merges each into a valid object and runs the check.\n\n\
        `tests/renew document_of_rules` writes this page from the doc comments of the rules. `mkmanifests check --list-rules`\n\
        prints the same list.\n\n",
        all().len() - lints
    );
    let links = areas.iter().map(|area| format!("[{}](#{})", area.title, anchor(area.title)));
    out.push_str(&links.collect::<Vec<_>>().join(" ·\n"));
    out.push('\n');
    for area in &areas {
        out.push_str(&format!("\n## {}\n\n| rule | requirement | example | source |\n|---|---|---|---|\n", area.title));
        area.rules.iter().for_each(|rule| out.push_str(&row(rule)));
    }
    out
}

fn row(rule: &Rule) -> String {
    let cell = |text: String| text.replace('|', "\\|");
    let lint = if severity(rule) == Severity::Warning { " *lint*" } else { "" };
    let example = rule.example().map(|example| format!("`{example}`")).unwrap_or_default();
    let (description, source) = (cell(rule.description()), cell(source(rule)));
    format!("| `{}`{lint} | {description} | {} | {source} |\n", rule.id, cell(example))
}

/// Returns the anchor that GitHub gives a heading.
fn anchor(title: &str) -> String {
    title.to_lowercase().replace(' ', "-")
}

/// Returns the source as Markdown: addresses in angle brackets.
fn source(rule: &Rule) -> String {
    let words = rule.source();
    let word = |word: &str| if word.starts_with("https://") { format!("<{word}>") } else { word.to_owned() };
    words.split(' ').map(word).collect::<Vec<_>>().join(" ")
}
