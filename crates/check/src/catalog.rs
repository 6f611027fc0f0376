//! Every rule that there is: found by name, listed, and as a document.

use super::CheckCode;
use super::rule::Rule;
use super::{across, reading, rules, schema};
use mkmanifests_yaml::diagnostic::{Diagnostic, did_you_mean, nearest};

/// What stands behind a group of rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// Reading: documents, identities, versions, fields and their types.
    Reading,
    /// The validation of an API server, by kind.
    Server,
    /// The schemas of CustomResourceDefinitions.
    Custom,
    /// What no API server tells: objects beside one another.
    Across,
}

impl Group {
    /// All groups, in the order of the document.
    pub const ALL: [Group; 4] = [Group::Reading, Group::Server, Group::Custom, Group::Across];

    /// Its title in the document.
    fn title(self) -> &'static str {
        match self {
            Group::Reading => "Documents and types",
            Group::Server => "What an API server validates",
            Group::Custom => "Custom resources whose definition is among the manifests",
            Group::Across => "What no API server tells (warnings, errors with `--strict`)",
        }
    }

    /// Its rules, those of one group in the order of their names.
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

/// Every rule, group by group.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    Group::ALL.into_iter().flat_map(Group::rules)
}

/// The rule of a name.
///
/// # Errors
///
/// That there is none, with the nearest name.
pub fn find(id: &str) -> Result<&'static Rule, Diagnostic> {
    if let Some(rule) = all().find(|rule| rule.id == id) {
        return Ok(rule);
    }
    let diagnostic = Diagnostic::error(CheckCode::UnknownRule, format!("there is no rule `{id}`"));
    Err(match nearest(id, all().map(|rule| rule.id)) {
        Some(near) => diagnostic.help(did_you_mean(near)),
        None => diagnostic.help("`mkmanifests check --list-rules` lists them"),
    })
}

/// The rules as text: a line each, the names in a column of their own.
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

/// The rules as `docs/rules.md`.
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

/// The source as Markdown: addresses in angle brackets.
fn source(rule: &Rule) -> String {
    let words = rule.source();
    let word = |word: &str| if word.starts_with("https://") { format!("<{word}>") } else { word.to_owned() };
    words.split(' ').map(word).collect::<Vec<_>>().join(" ")
}
