//! Rendered templates as documents: split, told apart from hooks, and put into Helm's order.

use super::heads::Head;
use super::order::by_kind;
use super::split;
use crate::problem::{Problem, Sources};

/// One document that a chart gives.
#[derive(Debug, Clone)]
pub struct Document {
    /// The template: `chart/templates/service.yaml`, as `# Source:` shows it.
    pub path: String,
    /// The text as the template made it, comments included.
    pub text: String,
    /// For each line of the text the line of the template that made it.
    pub lines: Vec<u32>,
    /// `apiVersion`.
    pub api_version: String,
    /// `kind`.
    pub kind: String,
    /// `metadata.name`.
    pub name: String,
    /// What makes it a hook, if it is one.
    pub hook: Option<Hook>,
}

/// An object that Helm creates at some moment of a release, instead of keeping it as a part of the release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hook {
    /// When, in the order of the annotation `helm.sh/hook`: `pre-install`, `test`.
    pub events: Vec<&'static str>,
    /// The order among hooks of one event: `helm.sh/hook-weight`, 0 where that is no integer.
    pub weight: i64,
}

impl Hook {
    /// Whether it is a test.
    pub fn is_test(&self) -> bool {
        self.events.contains(&"test")
    }
}

/// The events that Helm knows.
const EVENTS: [&str; 9] = [
    "pre-install",
    "post-install",
    "pre-delete",
    "post-delete",
    "pre-upgrade",
    "post-upgrade",
    "pre-rollback",
    "post-rollback",
    "test",
];

/// The documents of rendered templates in Helm's order, and the hooks among them.
#[derive(Debug, Default)]
pub(super) struct Sorted {
    pub objects: Vec<Document>,
    pub hooks: Vec<Document>,
    pub problems: Vec<Problem>,
}

/// A rendered template.
pub(super) struct Text {
    pub path: String,
    pub text: String,
    /// For each line of the text the line of the template that made it.
    pub lines: Vec<u32>,
}

impl Text {
    /// The lines of one of its documents.
    fn lines_of(&self, document: &str) -> Vec<u32> {
        let offset = document.as_ptr().addr().saturating_sub(self.text.as_ptr().addr());
        let before = self.text.bytes().take(offset).filter(|byte| *byte == b'\n').count();
        let length = document.lines().count();
        self.lines.iter().skip(before).take(length).copied().collect()
    }
}

/// Splits and sorts rendered templates, which come in the byte order of their names.
pub(super) fn sort(rendered: Vec<Text>, sources: &mut Sources) -> Sorted {
    let mut sorted = Sorted::default();
    for rendered in rendered {
        let Text { path, text, .. } = &rendered;
        let mut broken = None;
        for document in split::documents(text) {
            match Head::read(Default::default(), document) {
                Ok(head) => sorted.add(path, document, rendered.lines_of(document), head),
                Err(_) => broken = broken.or(Some(document)),
            }
        }
        if let Some(document) = broken {
            sorted.problems.extend(explain(path, document, sources));
        }
    }
    sorted.objects.sort_by(|a, b| by_kind(&a.kind, &b.kind));
    sorted.hooks.sort_by(|a, b| by_kind(&a.kind, &b.kind));
    sorted
}

/// Reads a broken document again, with its text among the sources.
fn explain(path: &str, document: &str, sources: &mut Sources) -> Option<Problem> {
    let source = sources.add(format!("{path} (rendered)"), document);
    let problem = Head::read(source, document).err()?;
    Some(Problem { message: format!("YAML parse error on {path}: {}", problem.message), ..problem })
}

impl Sorted {
    fn add(&mut self, path: &str, text: &str, lines: Vec<u32>, head: Head) {
        let hook = match head.annotation("helm.sh/hook").map(|_| hook(&head)) {
            // Helm leaves hooks out whose event it does not know.
            Some(None) => return,
            Some(hook) => hook,
            None => None,
        };
        let Head { api_version, kind, name, .. } = head;
        let document = Document { path: path.to_owned(), text: text.to_owned(), lines, api_version, kind, name, hook };
        if document.hook.is_some() { &mut self.hooks } else { &mut self.objects }.push(document);
    }
}

fn hook(head: &Head) -> Option<Hook> {
    let events = head.annotation("helm.sh/hook")?.split(',').map(|event| {
        let event = event.trim().to_lowercase();
        let event = if event == "test-success" { "test" } else { &event };
        EVENTS.into_iter().find(|known| *known == event)
    });
    let weight = head.annotation("helm.sh/hook-weight").and_then(|weight| weight.parse().ok()).unwrap_or(0);
    Some(Hook { events: events.collect::<Option<_>>()?, weight })
}
