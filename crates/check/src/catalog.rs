//! The catalog of all rules: lookup by id, a list, and a Markdown document.

use super::CheckCode;
use super::rule::Rule;
use super::{across, reading, rules, schema};
use mkmanifests_yaml::diagnostic::{Diagnostic, did_you_mean, nearest};

/// A group of rules, by what they check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// Rules of reading: documents, identities, API versions, fields and their types.
    Reading,
    /// The validation of an API server.
    Server,
    /// Validation by the schemas of CustomResourceDefinitions.
    Custom,
    /// Lint rules: what an API server accepts and a person would not.
    Across,
}

impl Group {
    /// All groups, in the order of the document.
    pub const ALL: [Group; 4] = [Group::Reading, Group::Server, Group::Custom, Group::Across];

    /// Returns the heading of the group.
    fn title(self) -> &'static str {
        match self {
            Group::Reading => "Documents and types",
            Group::Server => "Validation of an API server",
            Group::Custom => "Custom resources whose CustomResourceDefinition is among the manifests",
            Group::Across => "Lint rules (warnings; errors with `--strict`)",
        }
    }

    /// Returns the rules of the group, sorted by id.
    pub fn rules(self) -> Vec<&'static Rule> {
        let mut rules: Vec<&'static Rule> = match self {
            Group::Reading => reading::RULES.iter().collect(),
            Group::Server => rules::all().collect(),
            Group::Custom => schema::rules().collect(),
            Group::Across => across::rules().collect(),
        };
        rules.sort_by_key(|rule| rule.id);
        rules
    }
}

/// Returns all rules, group by group.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    Group::ALL.into_iter().flat_map(Group::rules)
}

/// Looks up a rule by its id.
///
/// # Errors
///
/// [`CheckCode::UnknownRule`] with the most similar id, if no rule has this id.
pub fn find(id: &str) -> Result<&'static Rule, Diagnostic> {
    if let Some(rule) = all().find(|rule| rule.id == id) {
        return Ok(rule);
    }
    let diagnostic = Diagnostic::error(CheckCode::UnknownRule, format!("unknown rule `{id}`"));
    Err(match nearest(id, all().map(|rule| rule.id)) {
        Some(near) => diagnostic.help(did_you_mean(near)),
        None => diagnostic.help("run `mkmanifests check --list-rules` for all rule ids"),
    })
}

/// Returns the rules as text: a line each, the names in a column of their own.
pub fn list() -> String {
    let width = all().map(|rule| rule.id.len()).max().unwrap_or(0);
    let mut out = String::new();
    for group in Group::ALL {
        if !out.is_empty() {
            out.push('\n');
        }
        out.push_str(&format!("# {}\n", group.title()));
        for rule in group.rules() {
            out.push_str(&format!("{:width$}  {}\n", rule.id, rule.about()));
        }
    }
    out
}

/// Returns the rules as `docs/rules.md`.
pub fn markdown() -> String {
    let mut out = "# Rules of `check`\n\n\
        Made from the doc comments of the rules by `tests/renew document_of_rules`; `mkmanifests check \
        --list-rules` prints them.\n[check.md](check.md) says how one is skipped.\n"
        .to_owned();
    for group in Group::ALL {
        out.push_str(&format!("\n## {}\n\n| rule | what it protects | source |\n|---|---|---|\n", group.title()));
        for rule in group.rules() {
            let cell = |text: String| text.replace('|', "\\|");
            out.push_str(&format!("| `{}` | {} | {} |\n", rule.id, cell(rule.about()), cell(source(rule))));
        }
    }
    out
}

/// Returns the source as Markdown: addresses in angle brackets.
fn source(rule: &Rule) -> String {
    let words = rule.source();
    let word = |word: &str| if word.starts_with("https://") { format!("<{word}>") } else { word.to_owned() };
    words.split(' ').map(word).collect::<Vec<_>>().join(" ")
}
