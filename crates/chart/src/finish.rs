//! Sends the documents of a chart through the pipeline: patches them, validates them, and adds the template's line to
//! each diagnostic.

use std::collections::{BTreeSet, HashMap};

use super::documents::Document;
use super::explain::value_paths;
use super::model::{Crd, File};
use super::output::HelmOutput;
use super::render_values::RenderValues;
use super::scope;
use super::traced::first_word;
use crate::values::Flag;
use mkmanifests_check::parallel;
use mkmanifests_check::patch::Patches;
use mkmanifests_check::pipeline::{self, Object, Outcome, Steps};
use mkmanifests_check::{FIELD_TYPES, is_built_in};
use mkmanifests_yaml::diagnostic::{Diagnostic, Location, SourceId, Sources};
use mkmanifests_yaml::tree::read::{self, Duplicates};
use mkmanifests_yaml::tree::write::{Style, write};
use mkmanifests_yaml::tree::{Entry, Kind, Node};

/// Sends the objects, hooks and CRDs of a chart through the [`pipeline`]. A document that a patch changes is written
/// again; all others keep Helm's text. Files below `crds/` are patched but not validated.
///
/// Returns the diagnostics, each with its line in the rendered document and the line of the template that rendered it.
/// The texts of these locations are added to the sources of `output`, which must already have the texts of the patches.
pub fn finish(output: &mut HelmOutput, values: &RenderValues, patches: &Patches, validate: bool) -> Vec<Diagnostic> {
    if patches.is_empty() && !validate {
        return Vec::new();
    }
    let HelmOutput { crds, objects, hooks, sources, .. } = output;
    let mut documents: Vec<&mut Document> = objects.iter_mut().chain(hooks).collect();
    if !patches.is_empty() {
        documents.iter_mut().for_each(|document| document.locate(sources));
    }
    // A file that is not YAML defines nothing here; it is reported when it is printed.
    let mut files: Vec<Vec<Node>> = if patches.is_empty() {
        read_definitions(crds, &documents)
    } else {
        crds.iter().map(|crd| crd.read(sources).unwrap_or_default()).collect()
    };

    // Templates work with any version; validation needs a version whose APIs are known.
    let version = Some(&values.capabilities.kube_version).filter(|version| version.is_known());
    let steps = Steps { patches, validate, version, parallel: true };
    let mut outcome = pipeline::finish(&mut all(&mut documents, &mut files), &steps);
    if patches.is_empty() && !outcome.is_clean() {
        // Only documents with diagnostics get locations and become sources.
        for (document, _) in documents.iter_mut().zip(&outcome.errors).filter(|(_, found)| !found.is_empty()) {
            document.locate(sources);
        }
        outcome = pipeline::finish(&mut all(&mut documents, &mut files), &steps);
    }

    let Outcome { patch_errors, errors, changed } = outcome;
    let mut diagnostics = patch_errors;
    let mut templates = Templates { values, files: None };
    for (document, found) in documents.iter().zip(errors) {
        diagnostics.extend(found.into_iter().map(|found| templates.explain(found, document, sources)));
    }
    let mut changed = changed.into_iter();
    for (document, _) in documents.into_iter().zip(&mut changed).filter(|(_, changed)| *changed) {
        document.rewrite();
    }
    for (crd, nodes) in crds.iter_mut().zip(&files) {
        if changed.by_ref().take(nodes.len()).fold(false, |any, changed| any | changed) {
            crd.file.data = nodes.iter().map(text).collect::<Vec<_>>().join("---\n").into_bytes().into();
        }
    }
    diagnostics
}

/// Reads the files below `crds/` that may define one of the documents. They may have megabytes, and most charts have no
/// objects of these kinds.
fn read_definitions(crds: &[Crd], documents: &[&mut Document]) -> Vec<Vec<Node>> {
    let custom = documents.iter().filter(|document| document.is_custom());
    let kinds: BTreeSet<&str> = custom.map(|document| document.kind.as_str()).collect();
    parallel::map(crds, |crd| match kinds.iter().any(|kind| may_be_value(kind, &crd.file.data)) {
        true => crd.read(&mut Sources::default()).unwrap_or_default(),
        false => Vec::new(),
    })
}

/// Returns whether a text may have a word as a whole value, rather than in a sentence: nothing else follows on its line, and
/// it begins the line or follows an indicator of YAML.
fn may_be_value(word: &str, text: &[u8]) -> bool {
    memchr::memmem::find_iter(text, word).any(|at| {
        let (before, rest) = (text.get(..at).unwrap_or_default(), text.get(at + word.len()..).unwrap_or_default());
        let rest = rest.strip_prefix(b"\"").or(rest.strip_prefix(b"'")).unwrap_or(rest);
        let next = rest.iter().find(|byte| !matches!(byte, b' ' | b'\t'));
        let is_end = matches!(next, None | Some(b'\n' | b'\r' | b',' | b'}' | b']' | b'#'));
        let before = before.strip_suffix(b"\"").or(before.strip_suffix(b"'")).unwrap_or(before);
        is_end && may_precede_value(before)
    })
}

/// Returns whether a value may begin after a text: at the start of a line, or after `:`, `-`, a bracket, a tag or an anchor.
fn may_precede_value(before: &[u8]) -> bool {
    let line = before.rsplit(|byte| matches!(byte, b'\n' | b'\r')).next().unwrap_or_default().trim_ascii_end();
    let word = line.rsplit(|byte| byte.is_ascii_whitespace()).next().unwrap_or_default();
    matches!(word.first(), None | Some(b'!' | b'&'))
        || matches!(word.last(), Some(b':' | b'-' | b'[' | b'{' | b',' | b'?'))
}

/// Returns the documents, then the objects in the files below `crds/`.
fn all<'a>(documents: &'a mut [&mut Document], files: &'a mut [Vec<Node>]) -> Vec<Object<'a>> {
    let documents = documents.iter_mut().map(|document| {
        // A document that is not an object is empty: Helm refuses anything else.
        let is_validated = !document.node.is_null();
        Object { is_validated, ..Object::untyped(&mut document.node) }
    });
    let files = files.iter_mut().flatten().map(|node| Object { is_validated: false, ..Object::untyped(node) });
    documents.chain(files).collect()
}

impl Document {
    /// Returns whether the object is of a kind that a CustomResourceDefinition may define.
    fn is_custom(&self) -> bool {
        !self.node.is_null() && !is_built_in(&self.api_version, &self.kind)
    }

    /// Reads the document again with locations, and adds its text to the sources.
    fn locate(&mut self, sources: &mut Sources) {
        let source = sources.add(format!("{} (rendered)", self.path), self.text.as_str());
        if let Ok(node) = read::first_document(source, &self.text, Duplicates::LastWins) {
            self.node = node;
        }
        self.source = Some(source);
    }

    /// Writes a patched document.
    fn rewrite(&mut self) {
        let text_of =
            |path: &[&str]| self.node.find(path.iter().copied()).and_then(Node::as_str).unwrap_or_default().to_owned();
        self.api_version = text_of(&["apiVersion"]);
        self.kind = text_of(&["kind"]);
        self.name = text_of(&["metadata", "name"]);
        self.text = text(&self.node).trim_end().to_owned();
    }
}

fn text(node: &Node) -> String {
    let mut out = Vec::new();
    // Writing to memory never fails.
    let _ = write(&mut out, node, Style::MANIFEST);
    String::from_utf8(out).unwrap_or_default()
}

/// The templates, for the locations that diagnostics come from.
struct Templates<'v> {
    values: &'v RenderValues,
    /// The templates by path, each with its id once a location points into it. Built for the first diagnostic.
    files: Option<HashMap<String, (Option<SourceId>, File)>>,
}

impl Templates<'_> {
    /// Adds the line of the template that rendered the line of the diagnostic.
    fn explain(&mut self, diagnostic: Diagnostic, document: &Document, sources: &mut Sources) -> Diagnostic {
        // The value may come from a patch.
        if document.source != Some(diagnostic.location.source) {
            return diagnostic;
        }
        let values = self.values;
        let line = diagnostic
            .location
            .line
            .checked_sub(1)
            .and_then(|index| document.template_lines.get(index as usize))
            .copied();
        let files = self.files.get_or_insert_with(|| {
            scope::templates(values).into_iter().map(|template| (template.name, (None, template.file))).collect()
        });
        let (Some(line), Some((id, file))) = (line, files.get_mut(&document.path)) else { return diagnostic };
        let text = file.text();
        let id = *id.get_or_insert_with(|| sources.add(document.path.clone(), &*text));
        let written = text.lines().nth(line.saturating_sub(1) as usize).unwrap_or_default();
        let location = first_word(id, &text, line);
        let diagnostic = diagnostic.related(location, "rendered by this line");
        let is_unindented = diagnostic.location.column <= location.column && diagnostic.rule().ends_with("known-field");
        if is_unindented && written.contains("toYaml") && !written.contains("indent") {
            // The first line is indented by the spaces before the action, the others are not.
            let help =
                format!("`toYaml` does not indent: add `| nindent {}`, and start with `{{{{-`", location.column - 1);
            return Diagnostic { help: vec![help], ..diagnostic };
        }
        string_help(diagnostic, written, document, values)
    }
}

/// Suggests how to get a string where a template renders a number, boolean or mapping. Quotes in the rendered document
/// would not help if a template writes the value.
fn string_help(mut diagnostic: Diagnostic, line: &str, document: &Document, values: &RenderValues) -> Diagnostic {
    let is_type = FIELD_TYPES.contains(&diagnostic.rule());
    let Some(found) = document.node.field(diagnostic.field()).filter(|_| is_type) else { return diagnostic };
    let key = diagnostic.field().last_name().unwrap_or_default();
    let is_from_flag =
        |location: Location| values.sources.get(location.source).is_some_and(|source| source.name == Flag::Set.name());
    let paths: Vec<&str> = value_paths(line).collect();
    let help = match &found.kind {
        Kind::Map(_) => find_key(&values.user, key)
            .filter(|(_, entry)| is_from_flag(entry.location))
            .and_then(|(path, entry)| dotted(&path, entry))
            .map(|path| format!("escape the dots in a key with a backslash: `--set {path}=...`")),
        // The only help for other scalars is to quote them.
        Kind::Bool(_) | Kind::Int(_) | Kind::UInt(_) | Kind::Float(_) if diagnostic.help.is_empty() => None,
        Kind::Bool(_) | Kind::Int(_) | Kind::UInt(_) | Kind::Float(_) if line.contains("toYaml") => {
            // `toYaml` quotes a string that YAML would read as something else.
            let written = find_key(&values.user, key).filter(|(_, entry)| entry.value.as_map().is_none());
            diagnostic.related.extend(written.as_ref().map(|(_, entry)| (entry.location, "set here".to_owned())));
            Some(match written {
                Some((path, Entry { value, location, .. })) if is_from_flag(*location) => {
                    format!("to set a string, use `--set-string {path}={}`", text_of(value))
                }
                Some((_, entry)) => format!("put it in quotes: `\"{}\"`", text_of(&entry.value)),
                None => "put the value in quotes in the values of the chart".to_owned(),
            })
        }
        Kind::Bool(_) | Kind::Int(_) | Kind::UInt(_) | Kind::Float(_) if line.contains("{{") => Some(match paths[..] {
            [path] => format!("quote it in the template: `{{{{ {path} | quote }}}}`"),
            _ => "quote it in the template with `quote`".to_owned(),
        }),
        _ => None,
    };
    diagnostic.help = help.map_or(diagnostic.help, |help| vec![help]);
    diagnostic
}

/// Returns the only entry with a key anywhere in the values, and its path as `--set` writes it.
fn find_key<'n>(root: &'n Node, key: &str) -> Option<(String, &'n Entry)> {
    let mut open: Vec<(String, &Entry)> = Vec::new();
    let mut found = Vec::new();
    let below = |path: &str, node: &'n Node| -> Vec<(String, &'n Entry)> {
        let entries = node.as_map().map(|map| map.entries()).unwrap_or_default().iter();
        let dot = if path.is_empty() { "" } else { "." };
        entries.map(|entry| (format!("{path}{dot}{}", entry.key.replace('.', "\\.")), entry)).collect()
    };
    open.extend(below("", root));
    while let Some((path, entry)) = open.pop() {
        open.extend(below(&path, &entry.value));
        if entry.key == key {
            found.push((path, entry));
        }
    }
    if found.len() == 1 { found.pop() } else { None }
}

/// Returns the path of a label or annotation whose dots were not escaped, with the dots escaped: the key of `entry` and
/// the only keys of the mappings below it are parts of one key.
fn dotted(path: &str, entry: &Entry) -> Option<String> {
    let (mut key, mut value) = (entry.key.to_string(), &entry.value);
    while let Some([only]) = value.as_map().map(|map| map.entries()) {
        key = format!("{key}.{}", only.key);
        value = &only.value;
    }
    let (domain, name) = key.split_once('/')?;
    let parent = path.strip_suffix(&*entry.key).unwrap_or_default();
    (domain.contains('.') && !name.is_empty()).then(|| format!("{parent}{}", key.replace('.', "\\.")))
}

fn text_of(node: &Node) -> String {
    serde_json::to_string(node).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::may_be_value;

    #[test]
    fn a_word_in_a_sentence_is_no_value() {
        let is_value = |text: &str| may_be_value("Widget", text.as_bytes());
        let values = [
            "kind: Widget\n",
            "kind: 'Widget' # x\n",
            "{\"kind\":\"Widget\",",
            "kind:\n  Widget",
            "[Widget]\n",
            "Widget  \r\n",
        ];
        for text in values {
            assert!(is_value(text), "{text}");
        }
        for text in ["kind: !!str Widget\n", "? Widget\n", "- Widget\n", "{kind: &a \"Widget\"}\n"] {
            assert!(is_value(text), "{text}");
        }
        for text in
            ["by the Widget\n", "a Widget of the cluster\n", "kind: Widgets\n", "kind: Gadget\n", "Widget: {}\n"]
        {
            assert!(!is_value(text), "{text}");
        }
        assert!(is_value("a Widget is\nkind: Widget\n"));
    }
}
