//! Splits rendered templates into documents, separates hooks from objects, and sorts both into Helm's order.

use super::ChartCode;
use super::behaviour::Behaviour;
use super::heads::Head;
use super::order::by_kind;
use super::split;
use mkmanifests_yaml::diagnostic::{Diagnostic, Location, SourceId, Sources};
use mkmanifests_yaml::tree::Node;
use mkmanifests_yaml::tree::read::octets::go_message;

/// One rendered document of a chart.
#[derive(Debug, Clone)]
pub struct Document {
    /// The template: `chart/templates/service.yaml`, as `# Source:` shows it.
    pub path: String,
    /// The text as the template rendered it, with comments.
    pub text: String,
    /// For each line of the text, the line of the template that rendered it, from 1.
    pub template_lines: Vec<u32>,
    /// The object, as kubectl reads it; null if the text is only comments.
    pub node: Node,
    /// The source that the locations of `node` point into; `None` unless patches are applied or the document has a
    /// diagnostic.
    pub source: Option<SourceId>,
    /// `apiVersion`; empty if the object has none.
    pub api_version: String,
    /// `kind`; empty if the object has none.
    pub kind: String,
    /// `metadata.name`; empty if the object has none.
    pub name: String,
    /// When Helm runs the object, if it is a hook.
    pub hook: Option<Hook>,
}

/// When Helm runs a hook: an object that it creates at one point of a release and does not manage as part of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hook {
    /// The events, in the order of the annotation `helm.sh/hook`: `pre-install`, `test`.
    pub events: Vec<&'static str>,
    /// The order among hooks of one event: `helm.sh/hook-weight`; 0 if it is missing or not an integer.
    pub weight: i64,
}

impl Hook {
    /// Returns whether the hook is a test (`helm test` runs it).
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
    pub notes: Option<String>,
    pub diagnostics: Vec<Diagnostic>,
}

/// A rendered template, read.
pub(super) struct Text {
    path: String,
    content: Content,
}

enum Content {
    /// The notes of a chart or subchart.
    Notes(Vec<u8>),
    /// The documents, in the order of the text.
    Documents(Vec<Document>),
    /// The first document that is not YAML or not an object.
    Broken(String),
    /// Bytes that are not UTF-8.
    NotText(Vec<u8>),
}

/// The template whose text is shown to the user and is not a document.
const NOTES: &str = "NOTES.txt";

/// Returns whether a template renders the notes of a chart or subchart.
pub(super) fn is_notes(path: &str) -> bool {
    path.ends_with(NOTES)
}

/// Reads the output of the template at `path`. `template_lines` has, for each line of it, the line of the template that
/// rendered it.
pub(super) fn read(path: &str, text: &[u8], template_lines: &[u32], helm: Behaviour) -> Text {
    let content = if is_notes(path) {
        Content::Notes(text.to_owned())
    } else {
        match std::str::from_utf8(text) {
            Ok(text) => documents(path, text, template_lines, helm).unwrap_or_else(Content::Broken),
            Err(_) => Content::NotText(text.to_owned()),
        }
    };
    Text { path: path.to_owned(), content }
}

/// Reads the documents of a text. The error is the first document that cannot be read.
fn documents(path: &str, text: &str, template_lines: &[u32], helm: Behaviour) -> Result<Content, String> {
    let mut found = Vec::new();
    let (mut seen, mut line) = (0, 0);
    for document in split::documents(text, helm) {
        let offset = document.as_ptr().addr().saturating_sub(text.as_ptr().addr());
        line += memchr::memchr_iter(b'\n', text.as_bytes().get(seen..offset).unwrap_or_default()).count();
        seen = offset;
        let head = Head::read(Default::default(), document).map_err(|_| document.to_owned())?;
        let last = if document.ends_with('\n') { 0 } else { 1 };
        let count = memchr::memchr_iter(b'\n', document.as_bytes()).count() + last;
        let lines = template_lines.iter().skip(line).take(count).copied().collect();
        found.extend(self::document(path, document, lines, head));
    }
    Ok(Content::Documents(found))
}

/// Returns the document; `None` for a hook with an unknown event, which Helm leaves out.
fn document(path: &str, text: &str, template_lines: Vec<u32>, head: Head) -> Option<Document> {
    let hook = match head.annotation("helm.sh/hook") {
        Some(_) => Some(hook(&head)?),
        None => None,
    };
    let Head { api_version, kind, name, root: node, .. } = head;
    Some(Document {
        path: path.to_owned(),
        text: text.to_owned(),
        template_lines,
        node,
        source: None,
        api_version,
        kind,
        name,
        hook,
    })
}

/// Sorts the documents of all templates into Helm's order. `chart` is the name of the root chart.
pub(super) fn sort(mut texts: Vec<Text>, chart: &str, helm: Behaviour, sources: &mut Sources) -> Sorted {
    texts.sort_by(|a, b| a.path.cmp(&b.path));
    let mut sorted = Sorted::default();
    for Text { path, content } in texts {
        match content {
            Content::Notes(text) if path == format!("{chart}/templates/{NOTES}") => match String::from_utf8(text) {
                Ok(text) => sorted.notes = Some(text),
                Err(error) => sorted.diagnostics.push(not_text(&path, error.as_bytes(), sources)),
            },
            Content::Notes(_) => {}
            Content::Documents(documents) => sorted.add(documents),
            Content::Broken(document) => sorted.diagnostics.extend(explain(&path, &document, sources)),
            Content::NotText(text) => sorted.diagnostics.push(not_text(&path, &text, sources)),
        }
    }
    sorted.objects.sort_by(|a, b| by_kind(&a.kind, &b.kind, helm));
    sorted.hooks.sort_by(|a, b| by_kind(&a.kind, &b.kind, helm));
    sorted
}

/// Reads a broken document again, with its text as a source.
fn explain(path: &str, document: &str, sources: &mut Sources) -> Option<Diagnostic> {
    let source = sources.add(format!("{path} (rendered)"), document);
    let diagnostic = Head::read(source, document).err()?;
    Some(diagnostic.within(format_args!("YAML parse error on {path}")))
}

impl Sorted {
    fn add(&mut self, documents: Vec<Document>) {
        for document in documents {
            if document.hook.is_some() { &mut self.hooks } else { &mut self.objects }.push(document);
        }
    }
}

fn not_text(path: &str, text: &[u8], sources: &mut Sources) -> Diagnostic {
    let valid = std::str::from_utf8(text).map_or_else(|error| error.valid_up_to(), str::len);
    let before = text.get(..valid).unwrap_or_default();
    let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
    let source = sources.add(format!("{path} (rendered)"), String::from_utf8_lossy(text));
    let message = format!("YAML parse error on {path}: error converting YAML to JSON: yaml: {}", go_message(text));
    let location = Location::new(source, u32::try_from(line).unwrap_or(u32::MAX), 1);
    Diagnostic::error(ChartCode::InvalidManifest, message).at(location).help("encode binary data with `b64enc`")
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
